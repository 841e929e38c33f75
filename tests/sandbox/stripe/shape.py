"""Holds an answer against the stripe package's own annotations."""

from decimal import Decimal
from typing import Any, get_args, get_origin

from stripe import ListObject
from stripe import StripeObject as ResourceBase

from sandbox.stripe.annotations import choices, hints, members, resource_class

SCALARS: dict[type, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    bool: (bool,),
    float: (float, int),
    Decimal: (str,),
}


def problems(answer: dict[str, Any]) -> list[str]:
    """Every field that is missing, unknown or of another type than the annotations say."""
    if answer.get("deleted"):
        return []
    return _object(answer, resource_class(answer["object"]), answer["object"])


def _object(value: dict[str, Any], owner: type, path: str) -> list[str]:
    if owner is ResourceBase or value.get("deleted"):
        return []
    known = hints(owner)
    found = [f"{path}.{name}: unknown" for name in value if name not in known and name != "object"]
    for name, hint in known.items():
        if name in value:
            found += _value(value[name], hint, f"{path}.{name}")
        elif type(None) not in members(hint):
            found.append(f"{path}.{name}: missing")
    return found


def _value(value: Any, hint: Any, path: str) -> list[str]:
    alternatives = members(hint)
    if value is None:
        return [] if type(None) in alternatives else [f"{path}: null"]
    if isinstance(value, dict):
        return _nested(value, alternatives, path)
    if isinstance(value, list):
        lists = [one for one in alternatives if get_origin(one) is list]
        if not lists:
            return [f"{path}: a list"]
        return [problem for one in value for problem in _value(one, get_args(lists[0])[0], f"{path}[]")]
    literals = choices(alternatives)
    if literals and isinstance(value, str):
        return [] if value in literals else [f"{path}: {value!r} is none of {literals}"]
    fits = any(
        isinstance(value, SCALARS[one]) and (one is bool) == isinstance(value, bool)
        for one in alternatives
        if one in SCALARS
    )
    return [] if fits or bool in literals or True in literals else [f"{path}: {value!r}"]


def _nested(value: dict[str, Any], alternatives: tuple[Any, ...], path: str) -> list[str]:
    kind = value.get("object")
    if kind == "list":
        wanted = any(get_origin(one) is ListObject for one in alternatives)
        return ([] if wanted else [f"{path}: a list object"]) + [
            problem for one in value["data"] for problem in problems(one)
        ]
    if isinstance(kind, str):
        return problems(value)
    for one in alternatives:
        if isinstance(one, type) and issubclass(one, ResourceBase):
            return _object(value, one, path)
    untyped = any(get_origin(one) is not None or one is dict for one in alternatives)
    return [] if untyped else [f"{path}: an object"]
