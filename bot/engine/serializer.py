"""How job arguments and results are kept: as JSON. DBOS' own way is pickle, which runs what it reads."""

import json
from typing import Any

from dbos import Serializer

_ERROR = "__error__"


class StepError(Exception):
    """A step that failed for good, as a later run of its job sees it. The text names the error class."""


class JsonSerializer(Serializer):
    """Writes JSON, and of an error only the class name: its text may quote an address."""

    def serialize(self, data: Any) -> str:
        """Write a value as JSON. Raises TypeError for what is none."""
        if isinstance(data, BaseException):
            data = {_ERROR: type(data).__name__}
        return json.dumps(data, ensure_ascii=True, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        """Read a value; an error comes back as StepError."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and data.keys() == {_ERROR}:
            return StepError(data[_ERROR])
        return data

    def name(self) -> str:
        """Return the name that DBOS stores beside every value."""
        return "portalbot_json"
