"""What a change would alter: the settings that are asked for, beside those there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.portal.configuring.table import BY_PATH, Settings, Shape


@dataclass(frozen=True, slots=True)
class Line:
    """One setting that becomes another; the values are in the shapes of Stripe's JSON."""

    path: str
    before: Any
    after: Any


def difference(present: Settings, wanted: Settings) -> tuple[Line, ...]:
    """Return what `wanted` would change, in the order of the table."""
    return tuple(
        Line(path, present.get(path), wanted[path])
        for path in BY_PATH
        if path in wanted and not agrees(path, wanted[path], present.get(path))
    )


def agrees(path: str, wanted: Any, present: Any) -> bool:
    """Return whether a setting is as wanted.

    The order of words does not matter, and what is left open in an entry of a list is as Stripe has it.
    """
    if BY_PATH[path].shape in {Shape.CHOICES, Shape.CONDITIONS}:
        return sorted(map(str, wanted)) == sorted(map(str, present or []))
    return _fits(wanted, present)


def _fits(wanted: Any, present: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(present, Mapping) and all(
            _fits(value, present.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return len(wanted) == len(present or []) and all(map(_fits, wanted, present or []))
    return bool(wanted == present)
