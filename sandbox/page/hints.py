"""What the composer suggests after the slash command: the rows of the bot's own answer to `help`.

Slack shows a command's one usage hint; this page shows every verb. The bot alone knows its verbs, so the page
asks it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from sandbox.slack.model import Json

ROW: Final = re.compile(r"^`(?P<typed>[^`]+)`\s+(?P<meaning>.+)$", re.MULTILINE)
"""One row of the answer: what is typed, as code, and what it gives."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion: the verb (empty for the bare command), what follows it, and what comes of it."""

    verb: str
    arguments: str
    meaning: str


def read_hints(answer: Json, command: str) -> tuple[Hint, ...]:
    """Return the suggestions in the answer to `help`; none when it lists nothing below that command."""
    return tuple(
        _hint(unescape(row["typed"]).removeprefix(command).strip(), unescape(row["meaning"]))
        for text in _texts(answer)
        for row in ROW.finditer(text)
        if unescape(row["typed"]).split()[0] == command
    )


def _hint(typed: str, meaning: str) -> Hint:
    first, _, rest = typed.partition(" ")
    verb, arguments = (first, rest) if first.isalpha() else ("", typed)
    return Hint(verb, arguments, meaning.replace("`", ""))


def _texts(value: Any) -> Iterator[str]:
    """Yield every `text` of a message's blocks, in their order."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
