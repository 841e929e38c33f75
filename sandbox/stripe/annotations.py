"""Reads the type annotations of the stripe package.

Every `stripe.params.…` TypedDict and every resource class is generated from Stripe's OpenAPI description,
so they are the most exact description of Stripe that is installed here. Their names stand partly under
`TYPE_CHECKING` and partly as strings; this module resolves them.
"""

import builtins
import importlib
import sys
import typing
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from stripe import StripeObject as ResourceBase
from stripe._object_classes import get_object_class
from stripe._request_options import RequestOptions

StripeObject = dict[str, Any]
"""A Stripe object inside the sandbox: the JSON itself."""

REQUEST_OPTION_KEYS = frozenset(RequestOptions.__annotations__)


class _Names(dict[str, Any]):
    """Stands in for names that exist only while type checking; everything else is left to the module."""

    def __init__(self, module_names: Mapping[str, Any]) -> None:
        super().__init__()
        self._module_names = module_names

    def __missing__(self, name: str) -> Any:
        if name in self._module_names or hasattr(builtins, name):
            raise KeyError(name)
        return getattr(typing, name, ResourceBase)


@cache
def hints(owner: type) -> Mapping[str, Any]:
    """Resolve the annotations of a TypedDict or resource class, without the SDK's own request options."""
    module_names = vars(sys.modules[owner.__module__])
    found = typing.get_type_hints(owner, localns=_Names(module_names), include_extras=True)
    return {name: hint for name, hint in found.items() if _is_field(name, hint, owner)}


def _is_field(name: str, hint: Any, owner: type) -> bool:
    if name.startswith("_") or name == "OBJECT_NAME" or get_origin(hint) is typing.ClassVar:
        return False
    return not (is_params(owner) and name in REQUEST_OPTION_KEYS)


def is_params(owner: Any) -> bool:
    """Return whether this is one of the TypedDicts."""
    return hasattr(owner, "__required_keys__")


@cache
def params_class(dotted: str) -> type:
    """Return the TypedDict of that name: `CustomerListParams`, `billing_portal.SessionCreateParams`."""
    package, _, name = f"stripe.params.{dotted}".rpartition(".")
    found: type = getattr(importlib.import_module(package), name)
    return found


@cache
def resource_class(object_name: str) -> type:
    """Return the class whose `object` is that name, such as `billing_portal.session`."""
    found: type = get_object_class("V1", object_name)
    return found


@cache
def members(hint: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, or the hint itself; `NotRequired` and `Required` do not count."""
    while get_origin(hint) in {typing.NotRequired, typing.Required}:
        hint = get_args(hint)[0]
    if get_origin(hint) in {Union, UnionType}:
        return tuple(one for member in get_args(hint) for one in members(member))
    return (hint,)


def choices(alternatives: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return every literal value among the alternatives."""
    return tuple(value for one in alternatives if get_origin(one) is Literal for value in get_args(one))


def inner_class(hint: Any) -> type:
    """Return the class of an embedded object. Raises `LookupError` when the hint holds none."""
    for one in members(hint):
        if isinstance(one, type) and issubclass(one, ResourceBase):
            return one
    raise LookupError(hint)
