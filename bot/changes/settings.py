"""The `[approvals]` section of the settings file."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _channel(text: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]+|#[^\s#]{1,80}", text):
        raise ValueError("expected a channel: its id (C…) or #name")
    return text


class Approvals(BaseModel):
    """Where changes of the portal's settings are asked for, and who may approve them.

    Without `channel` it is ALERT_CHANNEL. With `four_eyes` nobody approves their own request in live mode.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Annotated[str, AfterValidator(_channel)] | None = None
    four_eyes: bool = True
