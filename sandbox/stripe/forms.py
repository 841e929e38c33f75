"""Form bodies and query strings as Stripe reads them: `a[b][0][c]=1` becomes nested objects."""

from urllib.parse import parse_qsl

from sandbox.stripe.errors import invalid_request

Form = dict[str, "Form | str"]
"""Nested parameters before their types are known; a list is an object whose keys are its positions."""

DEEPEST = 12


def decode(encoded: str) -> Form:
    """Nest the pairs of a form body or query string.

    Raises `StripeError` where the nesting contradicts itself.
    """
    form: Form = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        _insert(form, name, value)
    return form


def _insert(form: Form, name: str, value: str) -> None:
    keys = _keys(name)
    here = form
    for key in keys[:-1]:
        deeper = here.setdefault(_position(here, key), {})
        if isinstance(deeper, str):
            raise invalid_request(f"Invalid hash: {name}", param=name)
        here = deeper
    last = _position(here, keys[-1])
    if isinstance(here.get(last), dict):
        raise invalid_request(f"Invalid string: {name}", param=name)
    here[last] = value


def _keys(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    keys = [head, *rest.rstrip("]").split("][")] if bracket else [name]
    if len(keys) > DEEPEST:
        raise invalid_request("Invalid request: parameters are nested too deeply.", param=head)
    return keys


def _position(here: Form, key: str) -> str:
    """Return the position a key names; `a[]=` appends."""
    return key if key else str(len(here))
