"""A message or window as the person in front of it sees it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message (or a view, which has an `id` instead of `ts`), as Slack holds it."""

    content: Mapping[str, Any]

    @property
    def blocks(self) -> list[Json]:
        return list(self.content.get("blocks", []))

    @property
    def ts(self) -> str:
        return str(self.content.get("ts", ""))

    @property
    def words(self) -> str:
        """Every text of it, in order."""
        return "\n".join([str(self.content.get("text", "")), *_texts(self.blocks)])

    @property
    def markup(self) -> str:
        """Every text that Slack reads as markup."""
        return "\n".join([str(self.content.get("text", "")), *_texts(self.blocks, "mrkdwn")])

    @property
    def said(self) -> tuple[str, list[Json]]:
        """Text and blocks, to compare; the stopwatch and the like are not part of what is shown."""
        return str(self.content.get("text", "")), self.blocks

    @property
    def raw(self) -> str:
        """What is said as JSON, to search in."""
        return json.dumps(self.said, ensure_ascii=False)

    def elements(self, kind: str) -> list[tuple[str, Json]]:
        """Interactive elements of one type with the id of their block."""
        return [
            (str(block["block_id"]), element)
            for block in self.blocks
            for element in (block.get("accessory"), block.get("element"), *block.get("elements", []))
            if isinstance(element, dict) and element.get("type") == kind
        ]

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons."""
        return [button["text"]["text"] for _, button in self.elements("button")]

    def button(self, label: str) -> tuple[str, Json]:
        """The first button with that label, and its block's id."""
        found = [each for each in self.elements("button") if each[1]["text"]["text"] == label]
        assert found, f"no button {label!r}, only {self.labels}"
        return found[0]

    @property
    def preformatted(self) -> list[str]:
        """The texts of its preformatted blocks."""
        return [
            "".join(str(piece.get("text", "")) for piece in section["elements"])
            for block in self.blocks
            if block["type"] == "rich_text"
            for section in block["elements"]
            if section["type"] == "rich_text_preformatted"
        ]


def _texts(value: object, kind: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str) and kind in {"", value.get("type")}:
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner, kind)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, kind)
