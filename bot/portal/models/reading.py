"""Lenient readers for JSON that strangers wrote: a wrong type reads as absent, nothing ever raises.

Stripe's objects reach us in the shape of several API versions, so every model is built through these.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, Generic, TypeVar, cast

T = TypeVar("T")


class Missing(Enum):
    """The type of `MISSING`; an enum so that mypy narrows on `is MISSING`."""

    MISSING = "missing"

    def __repr__(self) -> str:
        """Short, since it shows up in test failures."""
        return "MISSING"

    def __bool__(self) -> bool:
        """An absent field is never a yes."""
        return False


MISSING: Final = Missing.MISSING
"""Stands in a field that Stripe always sends, that decides a rule, and that was not there."""

_LARGEST: Final = 10**12
"""Beyond Stripe's amounts and quantities, which have at most twelve digits."""

_END_OF_TIME: Final = 253_402_214_400
"""The last day of the year 9999, which no time zone carries into the next."""

_NOTHING: Final[Mapping[str, object]] = {}


@dataclass(frozen=True, slots=True)
class Reference(Generic[T]):
    """An expandable field: the id always, the object only when the answer held it."""

    id: str
    object: T | None = None


def mapping(value: object) -> Mapping[str, object]:
    """Return `value` itself when it is a mapping, else an empty one."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else _NOTHING


def inner(source: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return the object in field `name`, empty when there is none."""
    return mapping(source.get(name))


def text(source: Mapping[str, object], name: str) -> str | None:
    """Return a string field; None when absent, null or of another type."""
    value = source.get(name)
    return value if isinstance(value, str) else None


def text_or_missing(source: Mapping[str, object], name: str) -> str | Missing:
    """Return a string field that Stripe always sends, `MISSING` without it."""
    value = source.get(name)
    return value if isinstance(value, str) else MISSING


def whole(source: Mapping[str, object], name: str) -> int | None:
    """Return an integer field; booleans, fractions and what no account holds are not integers."""
    value = source.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_LARGEST <= value <= _LARGEST else None


def moment(source: Mapping[str, object], name: str) -> int | None:
    """Return a time in Unix seconds; None when it is outside every calendar, so that it can be written."""
    value = whole(source, name)
    return value if value is not None and 0 <= value < _END_OF_TIME else None


def decimal_text(source: Mapping[str, object], name: str) -> str | None:
    """Return a decimal field as text; the SDK gives `Decimal` where the wire has a string."""
    value = source.get(name)
    return str(value) if isinstance(value, str | Decimal) else None


def flag(source: Mapping[str, object], name: str) -> bool | None:
    """Return a boolean field; None when absent, null or of another type."""
    value = source.get(name)
    return value if isinstance(value, bool) else None


def flag_or_missing(source: Mapping[str, object], name: str) -> bool | Missing:
    """Return a boolean field that Stripe always sends, `MISSING` without it."""
    value = source.get(name)
    return value if isinstance(value, bool) else MISSING


def entries(value: object) -> tuple[object, ...]:
    """Return a JSON array as a tuple, or the `data` of a Stripe list object; empty otherwise."""
    if isinstance(value, Mapping):
        value = cast("Mapping[str, object]", value).get("data")
    return tuple(cast("list[object]", value)) if isinstance(value, list | tuple) else ()


def texts(source: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the strings of an array field, leaving out everything else."""
    return tuple(entry for entry in entries(source.get(name)) if isinstance(entry, str))


def texts_or_missing(source: Mapping[str, object], name: str) -> tuple[str, ...] | Missing:
    """Return an array of strings that Stripe always sends, `MISSING` without it."""
    return texts(source, name) if isinstance(source.get(name), list | tuple) else MISSING


def reference(value: object, build: Callable[[object], T]) -> Reference[T] | None:
    """Read an expandable field: an id, or an object with one. None when it is neither."""
    if isinstance(value, str):
        return Reference(value) if value else None
    identifier = text(mapping(value), "id")
    return Reference(identifier, build(value)) if identifier else None


def identifier(value: object) -> str | None:
    """Return the id of an expandable field whose object is not of interest."""
    if isinstance(value, str):
        return value or None
    return text(mapping(value), "id")
