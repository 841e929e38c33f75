"""Complete Stripe objects from the few fields that matter, filled up from the stripe package's own
annotations.

An optional field is null, a list empty, a number zero, an enum its first value. So every object here has each
field that the installed API version promises, and a test can hold the sandbox's answers against the same
source.
"""

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from functools import cache
from typing import Any

from stripe import ListObject
from stripe import StripeObject as ResourceBase

from sandbox.stripe.annotations import StripeObject, choices, hints, members, resource_class

CONDITIONAL = {
    "customer": {"subscriptions", "sources", "tax", "tax_ids", "cash_balance", "invoice_credit_balance"},
    "price": {"tiers", "currency_options"},
    "coupon": {"applies_to", "currency_options"},
    "charge": {"refunds", "level3", "authorization_code"},
    "invoice": {"payments", "confirmation_secret"},
    "checkout.session": {"line_items"},
    "subscription": {"presentment_details", "test_clock"},
}
"""Fields that Stripe sends only when expanded, or only in special cases."""


class UnknownFieldError(TypeError):
    """A seed or a change names a field that the resource does not have."""


def build(object_name: str, **fields: Any) -> StripeObject:
    """Return a complete object of that kind with these fields set.

    Raises `UnknownFieldError` on a name Stripe does not know.
    """
    unknown = sorted(fields.keys() - hints(resource_class(object_name)).keys())
    if unknown:
        raise UnknownFieldError(f"{object_name} has no field {', '.join(unknown)}")
    return {**_blank(object_name).filled(fields), "object": object_name}


def embedded(owner: type, **fields: Any) -> StripeObject:
    """Return a complete embedded object, such as `stripe.Subscription.PendingUpdate`."""
    unknown = sorted(fields.keys() - hints(owner).keys())
    if unknown:
        raise UnknownFieldError(f"{owner.__qualname__} has no field {', '.join(unknown)}")
    return _blank_embedded(owner).filled(fields)


class _Blank:
    """A complete object, to be copied thousands of times."""

    def __init__(self, neutral: StripeObject) -> None:
        self._neutral = neutral
        self._inner = {name: value for name, value in neutral.items() if isinstance(value, dict | list)}

    def filled(self, fields: Mapping[str, Any]) -> StripeObject:
        """Return a copy with these fields set, which shares nothing with other copies."""
        inner = {name: _copy(value) for name, value in self._inner.items() if name not in fields}
        return {**self._neutral, **inner, **fields}


def _copy(value: Any) -> Any:
    # Many times as quick as deepcopy, which looks for objects that stand in two places.
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list) else value


@cache
def _blank_embedded(owner: type) -> _Blank:
    return _Blank({name: _neutral(hint) for name, hint in hints(owner).items() if name != "deleted"})


@cache
def _blank(object_name: str) -> _Blank:
    known = hints(resource_class(object_name))
    left_out = CONDITIONAL.get(object_name, set()) | {"deleted"}
    if object_name == "payment_method":
        left_out = left_out | set(choices(members(known["type"]))) | {"radar_options"}
    return _Blank({name: _neutral(hint) for name, hint in known.items() if name not in left_out})


def _neutral(hint: Any) -> Any:
    alternatives = members(hint)
    if type(None) in alternatives:
        return None
    literals = choices(alternatives)
    if literals:
        return literals[0]
    first = getattr(alternatives[0], "__origin__", alternatives[0])
    simple: dict[Any, Any] = {str: "", int: 0, bool: False, float: 0.0, Decimal: "0", list: []}
    if first in simple:
        return deepcopy(simple[first])
    if first is ListObject:
        return {"object": "list", "data": [], "has_more": False, "url": ""}
    return _neutral_object(first)


def _neutral_object(owner: Any) -> Any:
    resource = isinstance(owner, type) and issubclass(owner, ResourceBase)
    if not resource or hasattr(owner, "OBJECT_NAME"):
        return ""
    known: Mapping[str, Any] = hints(owner)
    return {name: _neutral(hint) for name, hint in known.items()}
