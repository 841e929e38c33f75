"""Settings of a portal configuration in words: what a setting is called, and what it is set to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.portal.configuring.difference import Line
from bot.portal.configuring.table import BY_PATH, Settings, Shape
from bot.words import Words


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting: its path, what people call it, and its value."""

    path: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A setting that becomes another."""

    path: str
    title: str
    before: str
    after: str


def setting_lines(words: Words, settings: Settings) -> tuple[SettingLine, ...]:
    """Put every setting into words, in the order of the table."""
    return tuple(
        SettingLine(path, title_of(words, path), value_of(words, path, settings.get(path)))
        for path in BY_PATH
    )


def change_lines(words: Words, lines: Sequence[Line]) -> tuple[ChangeLine, ...]:
    """Put a difference into words."""
    return tuple(
        ChangeLine(
            line.path,
            title_of(words, line.path),
            value_of(words, line.path, line.before),
            value_of(words, line.path, line.after),
        )
        for line in lines
    )


def title_of(words: Words, path: str) -> str:
    """Return what people call a setting."""
    return words.sentence("settings", path)


def value_of(words: Words, path: str, value: Any) -> str:
    """Return a setting's value as people write it; of a list its entries, one after the other."""
    if value is None or value in ("", []):
        return words.sentence("setting_values", "nothing")
    shape = BY_PATH[path].shape
    if shape is Shape.FLAG:
        return words.sentence("setting_values", "on" if value else "off")
    if not isinstance(value, list):
        return str(value)
    return ", ".join(entry_of(words, path, each) for each in value)


def entry_of(words: Words, path: str, value: Any) -> str:
    """Return one entry of a list as people write it."""
    shape = BY_PATH[path].shape
    if shape is Shape.PRODUCTS:
        return words.sentence("setting_values", "product", _product_facts(value))
    if shape is Shape.DURATIONS:
        return words.sentence("setting_values", "duration", value)
    return str(value["type"]) if shape is Shape.CONDITIONS else str(value)


def _product_facts(value: Mapping[str, Any]) -> dict[str, Any]:
    quantity = value.get("adjustable_quantity") or {}
    return {
        "product": value["product"],
        "prices": value["prices"],
        "adjustable": quantity.get("enabled") is True,
        "minimum": quantity.get("minimum"),
        "maximum": quantity.get("maximum"),
    }
