"""From stored objects to what the API answers: expansion, embedded objects, fields that come only when
asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, get_args, get_origin

from stripe import StripeObject as ResourceBase

from sandbox.stripe.annotations import StripeObject, hints, members, resource_class
from sandbox.stripe.errors import StripeError, invalid_request
from sandbox.stripe.world import World

Tree = dict[str, "Tree"]
DEEPEST = 4

ONLY_EXPANDED = {
    "Price": {"tiers", "currency_options"},
    "Coupon": {"applies_to", "currency_options"},
    "Invoice": {"payments"},
    "Configuration.Features.SubscriptionUpdate": {"products"},
}
"""Stored fields that stay out of an answer unless they are expanded, by class."""


def expand_tree(paths: Sequence[str], *, listed: bool) -> Tree:
    """Return the `expand` parameter as a tree. Raises `StripeError` for a path that is too deep."""
    tree: Tree = {}
    for path in paths:
        keys = path.split(".")
        if len(keys) - (1 if listed and keys[0] == "data" else 0) > DEEPEST:
            raise invalid_request(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}",
                param="expand",
            )
        here = tree
        for key in keys:
            here = here.setdefault(key, {})
    return tree


def render(world: World, stored: StripeObject, tree: Tree | None = None) -> StripeObject:
    """Return the object as the API shows it.

    Raises `StripeError` when the tree names something that is not expandable.
    """
    if stored["object"] == "event":
        return dict(stored)  # the snapshot in it was rendered when it happened
    return _object(world, stored, resource_class(stored["object"]), tree or {})


def render_list(
    world: World, page: Sequence[StripeObject], url: str, *, has_more: bool, tree: Tree
) -> StripeObject:
    """Return a page of a list."""
    for key in tree:
        if key != "data":
            raise _cannot_expand(key, f" You may want to try expanding 'data.{key}' instead.")
    shown = [render(world, one, tree.get("data")) for one in page]
    return {"object": "list", "url": url, "has_more": has_more, "data": shown}


def _object(world: World, stored: StripeObject, owner: type, tree: Tree) -> StripeObject:
    hidden = ONLY_EXPANDED.get(owner.__qualname__, set())
    known = hints(owner)
    stored = _whole(world, stored)
    shown = {
        key: value
        if key not in tree and not isinstance(value, dict | list)
        else _field(world, value, (owner, key, known.get(key)), tree.get(key))
        for key, value in stored.items()
        if key not in hidden or key in tree
    }
    for key in tree.keys() - shown.keys():
        shown.update({key: _absent(world, stored, (key, known), tree[key])})
    return shown


def _field(world: World, value: Any, place: tuple[type, str, Any], tree: Tree | None) -> Any:
    owner, key, hint = place
    if isinstance(value, dict):
        return _container(world, value, place, tree)
    if isinstance(value, list):
        return [_field(world, one, (owner, key, _element(hint)), tree) for one in value]
    if tree is None:
        return value
    if not _is_reference(hint) and key not in ONLY_EXPANDED.get(owner.__qualname__, set()):
        raise _cannot_expand(key)
    target = world.find(value) if isinstance(value, str) else None
    return value if target is None else render(world, target, tree)


def _container(world: World, value: StripeObject, place: tuple[type, str, Any], tree: Tree | None) -> Any:
    owner, key, hint = place
    includable = key in ONLY_EXPANDED.get(owner.__qualname__, set())
    if value.get("object") == "list":
        if tree is not None and set(tree) != {"data"}:
            raise _cannot_expand(key)
        data = [render(world, one, (tree or {}).get("data")) for one in value["data"]]
        return {**value, "data": data}
    if "object" in value:
        return _object(world, value, resource_class(value["object"]), tree or {})
    if tree is not None and not tree and not includable:
        raise _cannot_expand(key)
    inner = _inner_class(hint)
    return deepcopy(value) if inner is None else _object(world, value, inner, tree or {})


def _inner_class(hint: Any) -> type | None:
    for one in members(hint) if hint is not None else ():
        if isinstance(one, type) and issubclass(one, ResourceBase) and one is not ResourceBase:
            return one
    return None


def _element(hint: Any) -> Any:
    for one in members(hint) if hint is not None else ():
        if get_origin(one) is list:
            return get_args(one)[0]
    return hint


def _is_reference(hint: Any) -> bool:
    alternatives = members(hint) if hint is not None else ()
    return str in alternatives and any(
        isinstance(one, type) and issubclass(one, ResourceBase) for one in alternatives
    )


def _whole(world: World, stored: StripeObject) -> StripeObject:
    """Fill in what Stripe always sends whole, although it lives on its own: a subscription item's price."""
    if stored.get("object") != "subscription_item":
        return stored
    price = world.get(stored["price"])
    return {**stored, "price": price, "plan": plan_of(price)}


def _absent(world: World, stored: StripeObject, field: tuple[str, Mapping[str, Any]], tree: Tree) -> Any:
    key, known = field
    includes: dict[tuple[str, str], Callable[[], Any]] = {
        ("customer", "subscriptions"): lambda: _related(
            world, world.subscriptions_of(stored["id"]), f"/v1/customers/{stored['id']}/subscriptions", tree
        ),
        ("charge", "refunds"): lambda: _related(
            world,
            [one for one in world.every("refund") if one["charge"] == stored["id"]],
            f"/v1/charges/{stored['id']}/refunds",
            tree,
        ),
    }
    include = includes.get((stored.get("object", ""), key))
    if include is not None:
        return include()
    if key in known and "id" in stored:
        return None
    raise _cannot_expand(key)


def _related(world: World, found: Sequence[StripeObject], url: str, tree: Tree) -> StripeObject:
    return render_list(world, found[:10], url, has_more=len(found) > 10, tree=tree)


def plan_of(price: StripeObject) -> StripeObject:
    """Return the legacy twin of a recurring price that subscription items still carry."""
    recurring = price["recurring"] or {}
    copied = (
        "id",
        "active",
        "billing_scheme",
        "created",
        "currency",
        "livemode",
        "metadata",
        "nickname",
        "product",
    )
    return {
        "object": "plan",
        **{key: price[key] for key in copied},
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring.get("interval"),
        "interval_count": recurring.get("interval_count"),
        "meter": recurring.get("meter"),
        "tiers_mode": price["tiers_mode"],
        "transform_usage": price["transform_quantity"],
        "trial_period_days": None,
        "usage_type": recurring.get("usage_type"),
    }


def _cannot_expand(key: str, advice: str = "") -> StripeError:
    return invalid_request(f"This property cannot be expanded ({key}).{advice}", param="expand")
