"""Complete Stripe objects from the few fields that matter, filled up from the stripe package's own
annotations.

An optional field is null, a list empty, a number zero, an enum its first value. So every object here has each
field that the installed API version promises, and a test can hold the sandbox's answers against the same
source.
"""

import json
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
    """A complete object of that kind with these fields set.

    Raises `UnknownFieldError` on a name Stripe does not know.
    """
    known = hints(resource_class(object_name))
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise UnknownFieldError(f"{object_name} has no field {', '.join(unknown)}")
    return {**json.loads(_blank(object_name)), **fields, "object": object_name}


def embedded(owner: type, **fields: Any) -> StripeObject:
    """A complete embedded object, such as `stripe.Subscription.PendingUpdate`."""
    known = hints(owner)
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise UnknownFieldError(f"{owner.__qualname__} has no field {', '.join(unknown)}")
    return {**json.loads(_blank_embedded(owner)), **fields}


@cache
def _blank_embedded(owner: type) -> str:
    return json.dumps({name: _neutral(hint) for name, hint in hints(owner).items() if name != "deleted"})


@cache
def _blank(object_name: str) -> str:
    """As JSON, since that is the quickest to copy."""
    known = hints(resource_class(object_name))
    left_out = CONDITIONAL.get(object_name, set()) | {"deleted"}
    if object_name == "payment_method":
        left_out = left_out | set(choices(members(known["type"]))) | {"radar_options"}
    return json.dumps({name: _neutral(hint) for name, hint in known.items() if name not in left_out})


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
