"""The lines that failed on real material, read from `rows/*.yaml`."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

ROWS = Path(__file__).with_name("rows")
WAYS = ("alert", "posts", "happens", "typed", "runs", "mail", "demo", "starts", "file", "unplayed")


class Row(BaseModel):
    """One line: what is promised, the test that keeps it, and how to see it from outside.

    Exactly one of these says how: `alert` (examples of tests/data/alert_examples.yaml, given to `alerts
    test`), `posts` (examples delivered to the webhook, read in the alert channel), `happens` (events of the
    sandbox, read there too), `typed` (after `/portal`), `runs` (a command line), `mail` (who is sent one),
    `demo` (typed in `portalbot demo`), `starts` (a demo whose sandbox lacks that package), `file` (of the
    checkout), or `unplayed`: why it cannot be seen from outside.

    `{noah}` in a text is the id of the sandbox's object with that label. The answer has all of `has` and
    none of `lacks`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: str
    promise: str
    test: str

    alert: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    happens: tuple[str, ...] = ()
    typed: str = ""
    runs: str = ""
    mail: str = ""
    demo: str = ""
    starts: str = ""
    file: str = ""
    unplayed: str = ""

    held: str = ""
    """Why it held before as well, where it did."""

    of: dict[str, Any] = {}
    """What is different in the last event's object, by dotted path; `previous` replaces the former values."""
    given: dict[str, dict[str, Any]] = {}
    """What is different in the sandbox, by label and dotted path."""
    own_rule: str = ""
    """The event type of a rule of one's own with the template `other`."""
    patience: float = 0
    """How many seconds it takes at most; 0: as long as any other."""
    python: str = ""
    """The only Python that shows it."""
    at: str = ""
    """The part of printed JSON that is looked at, by dotted path."""
    asks: str = ""
    """What somebody types once the events are told; the answer is what is looked at."""
    missed: bool = False
    """Whether the last of what happens is never delivered, and is caught up with as at a start."""
    keeps: bool = False
    """Whether the events in the database are looked at."""

    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def way(self) -> str:
        """How it is seen; it is one way. Raises ValueError."""
        (way,) = [each for each in WAYS if getattr(self, each)]
        return way


def every_row() -> dict[str, list[Row]]:
    """Every line by section."""
    found = {}
    for file in sorted(ROWS.glob("*.yaml")):
        given = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found[file.stem] = [Row.model_validate(each) for each in given]
    return found
