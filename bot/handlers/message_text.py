"""Reads what a message says, wherever it stands: in its text, in blocks, in attachments and their fields."""

from collections.abc import Iterator, Mapping
from typing import Any

WORDED = ("text", "value", "title", "url", "title_link", "pretext", "fallback", "author_name", "footer")
"""The keys that hold a text, in blocks, attachments and their fields, in the order they are read."""
DEEPEST = 12
LONGEST = 40_000
"""Characters; Slack cuts a message there."""


def message_text(message: Mapping[str, Any]) -> str:
    """Return everything the message says, a line for each text, each text once.

    `message` is as Slack's payloads show it. Many apps write their messages in blocks or attachments alone.
    """
    lines: dict[str, None] = {}
    for text in _texts(message, 0):
        if text.strip():
            lines.setdefault(text)
    return "\n".join(lines)[:LONGEST]


def _texts(value: object, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _texts(each, depth + 1)
    elif isinstance(value, Mapping):
        for key in WORDED:
            if isinstance(value.get(key), str):
                yield value[key]
        for inner in value.values():
            if not isinstance(inner, str):
                yield from _texts(inner, depth + 1)
