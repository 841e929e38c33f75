"""Lists and searches: filters, cursors, pages."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import invalid_request
from sandbox.stripe.parameters import Parameters, missing
from sandbox.stripe.render import expand_tree, render, render_list
from sandbox.stripe.search import matcher
from sandbox.stripe.world import World

PAGING = frozenset({"limit", "starting_after", "ending_before", "expand", "page", "query"})
DAY = 86_400
EVENTS_ARE_KEPT = 30 * DAY

Filter = Callable[[World, StripeObject, Any], bool]

ENDED = {"canceled", "incomplete_expired"}


def _status(_world: World, one: StripeObject, wanted: str) -> bool:
    if one["object"] != "subscription":
        return bool(one["status"] == wanted)
    return wanted == "all" or one["status"] == wanted or (wanted == "ended" and one["status"] in ENDED)


def _prices(one: StripeObject) -> set[str]:
    return {item["price"] for item in one["items"]["data"]}


def _recurring(_world: World, one: StripeObject, wanted: dict[str, Any]) -> bool:
    recurring = one["recurring"] or {}
    return all(recurring.get(key) == value for key, value in wanted.items())


def _of_subscription(_world: World, one: StripeObject, wanted: str) -> bool:
    if one["object"] == "invoice":
        details = (one["parent"] or {}).get("subscription_details") or {}
        return bool(details.get("subscription") == wanted)
    return bool(one["subscription"] == wanted)


def _event_type(_world: World, one: StripeObject, wanted: str) -> bool:
    kind = str(one["type"])
    return kind.startswith(wanted[:-1]) if wanted.endswith(".*") else kind == wanted


SPECIAL: dict[str, Filter] = {
    "status": _status,
    "price": lambda _world, one, wanted: wanted in _prices(one),
    "plan": lambda _world, one, wanted: wanted in _prices(one),
    "recurring": _recurring,
    "subscription": _of_subscription,
    "lookup_keys": lambda _world, one, wanted: one["lookup_key"] in wanted,
    "ids": lambda _world, one, wanted: one["id"] in wanted,
    "types": lambda world, one, wanted: any(_event_type(world, one, each) for each in wanted),
    "delivery_success": lambda _world, one, wanted: (one["pending_webhooks"] == 0) == wanted,
    "code": lambda _world, one, wanted: one["code"].casefold() == wanted.casefold(),
    "coupon": lambda _world, one, wanted: one["promotion"]["coupon"] == wanted,
    "customer_details": lambda _world, one, wanted: (
        (one["customer_details"] or {}).get("email") == wanted["email"]
    ),
    "current_period_start": lambda _world, one, wanted: _in_range(
        max(item["current_period_start"] for item in one["items"]["data"]), wanted
    ),
    "current_period_end": lambda _world, one, wanted: _in_range(
        min(item["current_period_end"] for item in one["items"]["data"]), wanted
    ),
    "scheduled": lambda _world, one, wanted: (one["status"] == "not_started") == wanted,
}


def _in_range(value: int | None, wanted: int | dict[str, int]) -> bool:
    if value is None:
        return False
    if isinstance(wanted, int):
        return value == wanted
    bounds: dict[str, Callable[[int], bool]] = {
        "gt": lambda bound: value > bound,
        "gte": lambda bound: value >= bound,
        "lt": lambda bound: value < bound,
        "lte": lambda bound: value <= bound,
    }
    return all(bounds[name](bound) for name, bound in wanted.items())


def _matches(world: World, one: StripeObject, name: str, wanted: Any) -> bool:
    if name == "type" and one["object"] == "event":
        return _event_type(world, one, wanted)
    if name in SPECIAL:
        return SPECIAL[name](world, one, wanted)
    if isinstance(wanted, dict) and set(wanted) <= {"gt", "gte", "lt", "lte"}:
        return _in_range(one[name], wanted)
    if name not in one:
        raise invalid_request(f"The sandbox cannot filter this list by {name}.", param=name)
    if isinstance(wanted, dict):
        return all((one[name] or {}).get(key) == value for key, value in wanted.items())
    return bool(one[name] == wanted)


def _unfiltered(world: World, kind: str, params: Parameters) -> Sequence[StripeObject]:
    """Return what a list starts from, without deleted objects, ended subscriptions and old events."""
    found: Sequence[StripeObject] = world.every(kind)
    if "customer" in params:
        owner = world.require("customer", params["customer"], "customer")["id"]
        found = [one for one in found if one.get("customer") == owner]
    if kind == "subscription_item":
        parent = world.require("subscription", params["subscription"], "subscription")
        return list(parent["items"]["data"])
    if kind == "subscription" and "status" not in params:
        found = [one for one in found if one["status"] not in ENDED]
    if kind == "event":
        found = [one for one in found if one["created"] > world.clock() - EVENTS_ARE_KEPT]
    return [one for one in found if not one.get("deleted")]


def list_objects(world: World, kind: str, params: Parameters, url: str) -> StripeObject:
    """Return the answer to a list request. Raises `StripeError`."""
    tree = expand_tree(params.get("expand", []), listed=True)
    found = _unfiltered(world, kind, params)
    wanted = {name: value for name, value in params.items() if name not in PAGING | {"customer"}}
    for name, value in wanted.items():
        found = [one for one in found if _matches(world, one, name, value)]
    page, has_more = _page(world, kind, found, params)
    return render_list(world, page, url, has_more=has_more, tree=tree)


def limit_of(params: Parameters) -> int:
    """Return the page size asked for. Raises `StripeError` outside 1–100."""
    limit = int(params.get("limit", 10))
    if limit < 1:
        message = "This value must be greater than or equal to 1."
    elif limit > 100:
        message = "This value must be less than or equal to 100."
    else:
        return limit
    raise invalid_request(message, param="limit", code="parameter_invalid_integer")


def _page(
    world: World, kind: str, found: Sequence[StripeObject], params: Parameters
) -> tuple[Sequence[StripeObject], bool]:
    limit = limit_of(params)
    ids = [one["id"] for one in found]
    if "ending_before" in params:
        end = _position(world, kind, ids, params["ending_before"], "ending_before")
        return found[max(0, end - limit) : end], end > limit
    start = 0
    if "starting_after" in params:
        start = _position(world, kind, ids, params["starting_after"], "starting_after") + 1
    return found[start : start + limit], len(found) > start + limit


def _position(world: World, kind: str, ids: Sequence[str], cursor: str, param: str) -> int:
    if cursor not in ids:
        raise world.no_such(kind, cursor, param)
    return ids.index(cursor)


def search_objects(world: World, kind: str, params: Parameters, url: str) -> StripeObject:
    """Return the answer to a search request. Raises `StripeError`."""
    if "query" not in params:
        raise missing("query")
    tree = expand_tree(params.get("expand", []), listed=True)
    matches = matcher(params["query"], kind)
    found = [one for one in world.every(kind) if not one.get("deleted") and matches(one)]
    limit = limit_of(params)
    start = _read_page(str(params.get("page", "0")))
    following = start + limit
    has_more = len(found) > following
    return {
        "object": "search_result",
        "url": url,
        "has_more": has_more,
        "next_page": _spell(following) if has_more else None,
        "data": [render(world, one, tree.get("data")) for one in found[start:following]],
    }


def _read_page(page: str) -> int:
    if not re.fullmatch(r"[0-9a-z]{1,8}", page):
        raise invalid_request(f"Invalid page: {page}", param="page")
    return int(page, 36)


def _spell(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    spelt = ""
    while number:
        number, rest = divmod(number, 36)
        spelt = digits[rest] + spelt
    return spelt or "0"
