"""Models whose fields say where they stand in Stripe's object and, by their type, how they are read."""

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cache
from types import NoneType
from typing import Annotated, Any, Self, TypeAlias, get_args, get_origin, get_type_hints

from bot.portal.models.reading import (
    MISSING,
    Missing,
    Reference,
    entries,
    flag,
    flag_or_missing,
    identifier,
    inner,
    mapping,
    moment,
    reference,
    text,
    text_or_missing,
    texts,
    texts_or_missing,
    whole,
)

Source: TypeAlias = Mapping[str, object]
Reader: TypeAlias = Callable[[Source, str], object]

Moment = Annotated[int | None, moment]
"""A time in Unix seconds."""

Id = Annotated[str | None, lambda source, name: identifier(source.get(name))]
"""The id of an expandable field whose object is not of interest."""

Has = Annotated[bool, lambda source, name: isinstance(source.get(name), Mapping)]
"""Whether an object stands there."""

_BY_TYPE: dict[Any, Reader] = {
    str: lambda source, name: text(source, name) or "",
    str | None: text,
    str | Missing: text_or_missing,
    int | None: whole,
    bool: lambda source, name: flag(source, name) is True,
    bool | None: flag,
    bool | Missing: flag_or_missing,
    tuple[str, ...]: texts,
    tuple[str, ...] | Missing: texts_or_missing,
}


def at(path: str, default: object = None) -> Any:
    """Say by a dotted path where a field stands; one without this stands under its own name."""
    return field(default=default, metadata={"path": path})


def made_by(make: Callable[[Source], object], default: object = None) -> Any:
    """Say which function makes a field of the whole object."""
    return field(default=default, metadata={"make": make})


class Model:
    """A frozen dataclass that is read leniently: what is absent, or of a wrong type, has its default."""

    __slots__ = ()

    @classmethod
    def of(cls, value: object) -> Self:
        """Read one of Stripe's objects; nothing raises."""
        source = cls.shaped(mapping(value))
        model: Any = cls
        return model(**{name: read(source) for name, read in _readers(model)})  # type: ignore[no-any-return]

    @classmethod
    def shaped(cls, source: Source) -> Source:
        """Return the object in the shape of today's API version."""
        return source


@cache
def _readers(model: Any) -> tuple[tuple[str, Callable[[Source], object]], ...]:
    """Return every field of a model with what reads it."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        (name, each.metadata.get("make") or _placed(each.metadata.get("path", name), hints[name]))
        for name, each in model.__dataclass_fields__.items()
    )


def _placed(path: str, hint: Any) -> Callable[[Source], object]:
    *above, name = path.split(".")
    read = _reader(hint)

    def find(source: Source) -> object:
        for each in above:
            source = inner(source, each)
        return read(source, name)

    return find


def _reader(hint: Any) -> Reader:
    if get_origin(hint) is Annotated:
        found: Reader = hint.__metadata__[0]
        return found
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    kinds = get_args(hint) if {NoneType, Missing} & set(get_args(hint)) else (hint,)
    kind, absent = kinds[0], MISSING if Missing in kinds else None if NoneType in kinds else ()
    build = (get_args(kind) or (kind,))[0].of
    if get_origin(kind) is Reference:
        return lambda source, name: reference(source.get(name), build)
    if get_origin(kind) is tuple:
        return lambda source, name: _several(source.get(name), build, absent)
    return lambda source, name: build(source.get(name))


def _several(value: object, build: Callable[[object], object], absent: object) -> object:
    listed = mapping(value).get("data", value)
    return tuple(map(build, entries(listed))) if isinstance(listed, list | tuple) else absent
