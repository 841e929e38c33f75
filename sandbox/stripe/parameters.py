"""Checks a request's parameters against the TypedDicts of the stripe package and gives them their types.

The SDK leaves its enums open (`Literal[…] | str`); Stripe's servers do not, so here they are closed. Unknown
names, wrong types, empty strings and missing required parameters are refused with Stripe's error shape.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, NotRequired, get_args, get_origin

from sandbox.stripe.annotations import choices, hints, is_params, members
from sandbox.stripe.errors import StripeError, invalid_request
from sandbox.stripe.forms import Form

POSITION = re.compile(r"[0-9]{1,4}")
INTEGER = re.compile(r"-?[0-9]{1,18}")
Parameters = dict[str, Any]
"""Checked parameters: strings, integers, booleans, lists and nested objects."""


def check(form: Form, params: type) -> Parameters:
    """Read the parameters by their types. Raises `StripeError` (400) on what Stripe would refuse."""
    return _object(form, params, "")


def _object(form: Form, params: type, path: str) -> Parameters:
    known = hints(params)
    unknown = [_join(path, name) for name in form if name not in known]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise invalid_request(
            f"Received unknown parameter{plural}: {', '.join(unknown)}",
            param=unknown[0],
            code="parameter_unknown",
        )
    for name, hint in known.items():
        if name not in form and get_origin(hint) is not NotRequired:
            raise missing(_join(path, name))
    return {name: _value(value, known[name], _join(path, name)) for name, value in form.items()}


def missing(path: str) -> StripeError:
    """Return the refusal of a request that lacks a required parameter."""
    return invalid_request(f"Missing required param: {path}.", param=path, code="parameter_missing")


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(value: Form | str, hint: Any, path: str) -> Any:
    alternatives = members(hint)
    if isinstance(value, dict):
        return _nested(value, alternatives, path)
    literals = choices(alternatives)
    if value in literals:
        return value
    if value == "":
        raise invalid_request(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
            "parameter; "
            f"however '{path}' cannot be unset. You should remove '{path}' from your request or supply a "
            "non-empty value.",
            param=path,
            code="parameter_invalid_empty",
        )
    if any(literal for literal in literals):
        raise invalid_request(f"Invalid {path}: must be one of {_either(literals)}", param=path)
    return _scalar(value, alternatives, path)


def _nested(value: Form, alternatives: tuple[Any, ...], path: str) -> Any:
    for one in alternatives:
        if is_params(one):
            return _object(value, one, path)
        if get_origin(one) is list:
            return _list(value, get_args(one)[0], path)
        if get_origin(one) is dict:
            return _mapping(value, get_args(one)[1], path)
    shown = ", ".join(f'"{key}"=>…' for key in value)
    raise invalid_request(f"Invalid string: {{{shown}}}", param=path, code="parameter_invalid_string")


def _mapping(value: Form, hint: Any, path: str) -> dict[str, Any]:
    """Read key-value pairs, such as metadata; an empty value unsets its key."""
    return {key: each and _value(each, hint, _join(path, key)) for key, each in value.items()}


def _list(value: Form, hint: Any, path: str) -> list[Any]:
    if not all(POSITION.fullmatch(key) for key in value):
        raise invalid_request("Invalid array", param=path)
    ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
    return [_value(each, hint, _join(path, key)) for key, each in ordered]


def _scalar(value: str, alternatives: tuple[Any, ...], path: str) -> Any:
    if bool in alternatives and value in {"true", "false"}:
        return value == "true"
    if int in alternatives and INTEGER.fullmatch(value):
        return int(value)
    if float in alternatives or Decimal in alternatives:
        return _decimal(value, path)
    if str in alternatives:
        return value
    if int in alternatives:
        raise invalid_request(f"Invalid integer: {value}", param=path, code="parameter_invalid_integer")
    if bool in alternatives:
        raise invalid_request(f"Invalid boolean: {value}", param=path)
    shape = "array" if any(get_origin(one) is list for one in alternatives) else "object"
    raise invalid_request(f"Invalid {shape}", param=path)


def _decimal(value: str, path: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        raise invalid_request(f"Invalid decimal: {value}", param=path) from None


def _either(literals: tuple[Any, ...]) -> str:
    shown = [str(literal) for literal in literals if literal]
    if len(shown) < 3:
        return " or ".join(shown)
    return f"{', '.join(shown[:-1])}, or {shown[-1]}"
