"""Stripe's events of what a customer can do in the portal, in the shapes of its API."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.store.events import StoredEvent

START = 1_900_000_000
"""When the first link is made (Unix seconds)."""
Json = dict[str, Any]
CUSTOMER = "cus_1"


def _item(price: str, amount: int, period: int = 0) -> Json:
    recurring = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
    named = {"id": price, "object": "price", "product": "prod_1", "unit_amount": amount, "currency": "usd"}
    return {
        "id": "si_1",
        "quantity": 1,
        "current_period_end": period,
        "price": named | {"recurring": recurring},
    }


BASIC, PRO = _item("price_basic", 1_000), _item("price_pro", 2_000)
UPDATED, REASON = "customer.subscription.updated", {"reason": "cancellation_requested", "feedback": None}


def _updated(now: Json, before: Json) -> tuple[str, Json, Json]:
    return UPDATED, {"object": "subscription", "status": "active", **now}, before


def _items(item: Json) -> Json:
    return {"items": {"object": "list", "data": [item]}}


def _method(card: str = "4242") -> Json:
    return {
        "id": "pm_1",
        "object": "payment_method",
        "type": "card",
        "card": {"brand": "visa", "last4": card},
    }


def _ended(at: int, asked_at: int, reason: Json = REASON) -> tuple[str, Json, Json]:
    now = {"object": "subscription", "status": "canceled", "ended_at": at}
    gone = {"canceled_at": asked_at, "cancellation_details": reason}
    return "customer.subscription.deleted", now | gone, {}


def _customer(now: Json, before: Json) -> tuple[str, Json, Json]:
    return "customer.updated", {"object": "customer", **now}, before


def _ending(at: int, details: Json, before: Json) -> tuple[str, Json, Json]:
    return _updated({"cancel_at": at + 86_400, "cancellation_details": details}, before)


DEFAULT = {"invoice_settings": {"default_payment_method": "pm_1"}}
PAUSED = {"paused": {"type": "subscription", "subscription": {"type": "pause_requested"}}}
SHAPES: Mapping[str, Callable[[int], tuple[str, Json, Json]]] = {
    "card_attached": lambda _: ("payment_method.attached", _method(), {}),
    "card_renewed": lambda _: (
        "payment_method.automatically_updated",
        _method(),
        {"card": {"last4": "4000"}},
    ),
    "card_default": lambda _: _customer(DEFAULT, {"invoice_settings": {"default_payment_method": None}}),
    "details": lambda _: _customer({"name": "Jenny Smith", **DEFAULT}, {"name": "Jenny Rosen"}),
    "delinquent": lambda _: _customer({"delinquent": True}, {"delinquent": False}),
    "plan": lambda _: _updated(_items(PRO), _items(BASIC)),
    "plan_back": lambda _: _updated(_items(BASIC), _items(PRO)),
    "plan_by_schedule": lambda _: _updated({**_items(PRO), "schedule": "sub_sched_1"}, _items(BASIC)),
    "plan_later": lambda _: _updated({**_items(BASIC), "schedule": "sub_sched_1"}, {"schedule": None}),
    "renewal": lambda at: _updated(_items(_item("price_basic", 1_000, at)), _items(BASIC)),
    "cancel": lambda at: _ending(at, REASON, {"cancel_at": None, "cancellation_details": {"reason": None}}),
    "reason": lambda at: _ending(
        at, {**REASON, "feedback": "too_expensive"}, {"cancellation_details": {"feedback": None}}
    ),
    "undo": lambda at: _updated({"cancel_at": None}, {"cancel_at": at + 86_400}),
    "pause": lambda _: _updated({"status": "paused", "status_details": PAUSED}, {"status": "active"}),
    "discount": lambda _: _updated({"discounts": ["di_1"]}, {"discounts": []}),
    "ended": lambda at: _ended(at, at),
    "ended_as_planned": lambda at: _ended(at, at - 864_000),
    "ended_unpaid": lambda at: _ended(at, at, {"reason": "payment_failed"}),
    "checkout": lambda _: ("checkout.session.completed", {"id": "cs_1", "object": "checkout.session"}, {}),
    "session": lambda _: ("billing_portal.session.created", {"id": "bps_elsewhere", "flow": None}, {}),
}
"""By what happened: type, object and previous attributes of the event, given when it was."""


def event(given: Mapping[str, Any], number: int = 0) -> StoredEvent:
    """An event of a case, as it is received."""
    at = START + given["at"]
    kind, thing, previous = SHAPES[given["what"]](at)
    customer = given.get("customer", CUSTOMER)
    if thing.get("object") == "subscription":
        thing = {"id": given.get("subscription", "sub_1"), **thing}
    if thing.get("object") == "customer":
        thing = {"id": customer, **thing}
    else:
        thing = {**thing, "customer": customer}
    asked = "req_1" if given.get("by") == "api" else None
    return _event(f"evt_{number}", kind, at, thing, previous, asked, given.get("late", 0))


def session_event(link: Mapping[str, Any]) -> StoredEvent:
    """Stripe's event about a link that the bot has made; it was an API request."""
    flow: Json | None = None
    if kind := link.get("flow"):
        flow = {"type": kind, "after_completion": {"type": link.get("then", "hosted_confirmation")}}
        if kind.startswith("subscription"):
            flow[kind] = {"subscription": link["subscription"]}
    at = START + link.get("at", 0)
    thing = {
        "id": f"bps_{link['name']}",
        "object": "billing_portal.session",
        "created": at,
        "customer": CUSTOMER,
        "flow": flow,
        "url": f"https://billing.stripe.com/p/session/test_{link['name']}S3cret",
    }
    return _event(
        f"evt_{link['name']}", "billing_portal.session.created", at, thing, {}, "req_0", link.get("late", 0)
    )


def _event(
    name: str, kind: str, at: int, thing: Json, previous: Json, asked: str | None, late: int
) -> StoredEvent:
    payload = {
        "id": name,
        "object": "event",
        "type": kind,
        "created": at,
        "request": {"id": asked, "idempotency_key": None},
        "data": {"object": thing, "previous_attributes": previous},
    }
    return StoredEvent(name, kind, at, False, at + 1 + late, payload)
