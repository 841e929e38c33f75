"""The home page: plan, next invoice, payment methods, billing details, invoices."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from sandbox.stripe import update_rules
from sandbox.stripe.actions.cancelling import ends_at, period_end
from sandbox.stripe.actions.paying import methods_of
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError
from sandbox.stripe.portal.context import Context
from sandbox.stripe.portal.products import shown_of
from sandbox.stripe.refusals import pause_obstacle

SHOWN_AT_ONCE = 5
INVOICES_AT_ONCE = 6
STATUS_BADGES = {"paused", "past_due", "unpaid", "incomplete", "trialing"}


async def home(context: Context) -> Response:
    """Show the home page, or the flow the session is for."""
    if context.in_flow():
        return context.start_of_flow()
    if not context.belongs_to_flow("home"):
        return context.go("done")
    everything = "all" in context.request.query_params
    subscriptions = context.subscriptions()
    notice = context.request.query_params.get("notice", "")
    key = f"outcome_{notice}"
    shown = subscriptions if everything else subscriptions[:SHOWN_AT_ONCE]
    return context.show(
        "home.html",
        notice=context.words(key) if context.words.has(key) else None,
        failed=notice == "not_paid",
        subscriptions=[card(context, one) for one in shown],
        several=len(subscriptions) > 1,
        more=len(subscriptions) > len(shown),
        methods=method_lines(context),
        customer=context.customer,
        features=context.features,
        invoices=_invoices(context, everything=everything),
        url=context.url,
    )


async def done(context: Context) -> Response:
    """Show the hosted confirmation of a flow."""
    if context.flow is None or context.visit.outcome is None:
        return context.go()
    hosted = context.flow["after_completion"]["hosted_confirmation"] or {}
    return context.show(
        "message.html",
        title=context.words("done_title"),
        text=hosted.get("custom_message") or context.words(f"outcome_{context.visit.outcome}"),
    )


def card(context: Context, subscription: StripeObject) -> dict[str, Any]:
    """Return what the home page says about a subscription, and what it offers."""
    words = context.words
    ending = ends_at(subscription)
    status = subscription["status"]
    badge = "ending" if ending is not None else status if status in STATUS_BADGES else None
    return {
        "id": subscription["id"],
        "items": [item_line(context, one) for one in subscription["items"]["data"]],
        "description": subscription["description"],
        "badge": badge and words(f"status_{badge}"),
        "when": _when(context, subscription, ending),
        "method": _method_of(context, subscription),
        "can_update": can_update(context, subscription),
        "can_cancel": _can_cancel(context, subscription),
        "can_renew": ending is not None,
        "can_pause": context.features["subscription_pause"]["enabled"]
        and pause_obstacle(subscription) is None
        and ending is None,
        "can_resume": status == "paused",
    }


def _when(context: Context, subscription: StripeObject, ending: int | None) -> str | None:
    words = context.words
    if ending is not None:
        return words("ends_on", date=words.date(ending))
    if subscription["status"] == "trialing" and subscription["trial_end"]:
        return words("trial_until", date=words.date(subscription["trial_end"]))
    schedule = context.visit.world.find(subscription["schedule"])
    ahead = [
        one["start_date"]
        for one in (schedule or {}).get("phases", [])
        if one["start_date"] > context.desk.now
    ]
    if ahead:
        return words("changes_on", date=words.date(min(ahead)))
    if subscription["status"] in {"active", "past_due"}:
        return words("renews_on", date=words.date(period_end(subscription)))
    return None


def item_line(context: Context, item: StripeObject) -> dict[str, Any]:
    """Return one item: what it is, what it costs."""
    price = context.visit.world.get(item["price"])
    quantity = item.get("quantity")
    return {**price_line(context, price, quantity), "quantity": quantity}


def price_line(context: Context, price: StripeObject, quantity: int | None) -> dict[str, Any]:
    """Return a price in words."""
    product = context.visit.world.get(price["product"])
    interval = (price["recurring"] or {"interval": "month"})["interval"]
    amount = None
    if price["unit_amount"] is not None and (price["recurring"] or {}).get("usage_type") != "metered":
        amount = context.words.money(price["unit_amount"] * (quantity or 1), price["currency"])
    return {
        "id": price["id"],
        "name": product["name"],
        **shown_of(product),
        "amount": amount,
        "per": context.words(f"per_{interval}") if amount else context.words("by_usage"),
    }


def _allowed(check: Callable[[], object]) -> bool:
    try:
        check()
    except StripeError:
        return False
    return True


def can_update(context: Context, subscription: StripeObject) -> bool:
    """Return whether there is anything to change to."""
    return _allowed(lambda: update_rules.update(context.visit.world, subscription, context.configuration))


def _can_cancel(context: Context, subscription: StripeObject) -> bool:
    world = context.visit.world
    return (
        bool(context.features["subscription_cancel"]["enabled"])
        and ends_at(subscription) is None
        and _allowed(lambda: update_rules.refuse_foreign_schedule(world, subscription, "canceled"))
    )


def _method_of(context: Context, subscription: StripeObject) -> str | None:
    method = context.visit.world.find(subscription["default_payment_method"])
    return None if method is None else method_name(method)


def method_name(method: StripeObject) -> str:
    """Return `Visa •••• 4242`, or the type in words."""
    details = method.get(method["type"]) or {}
    brand = str(details.get("brand") or method["type"]).replace("_", " ").title()
    last4 = details.get("last4")
    return f"{brand} •••• {last4}" if last4 else brand


def method_lines(context: Context) -> list[dict[str, Any]]:
    """Return the customer's payment methods."""
    default = context.customer["invoice_settings"]["default_payment_method"]
    return [
        {"id": one["id"], "name": method_name(one), "default": one["id"] == default}
        for one in methods_of(context.desk, context.customer)
    ]


def _invoices(context: Context, *, everything: bool) -> list[dict[str, Any]]:
    if not context.features["invoice_history"]["enabled"]:
        return []
    found = [
        one
        for one in context.visit.world.every("invoice")
        if one["customer"] == context.customer["id"] and one["status"] != "draft"
    ]
    return [
        {
            "id": one["id"],
            "date": context.words.date(one["created"]),
            "number": one["number"],
            "amount": context.words.money(one["total"], one["currency"]),
            "status": context.words(f"invoice_{one['status']}"),
            "open": one["status"] == "open",
        }
        for one in (found if everything else found[:INVOICES_AT_ONCE])
    ]
