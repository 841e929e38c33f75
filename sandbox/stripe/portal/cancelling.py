"""Cancelling with its offer and its question why; renewing, pausing, resuming."""

from starlette.responses import Response

from sandbox.stripe import update_rules
from sandbox.stripe.actions import cancelling as actions
from sandbox.stripe.actions import pausing
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError
from sandbox.stripe.portal.context import Context
from sandbox.stripe.portal.home import item_line
from sandbox.stripe.refusals import pause_obstacle

LONGEST_COMMENT = 1_000


def _coupon(context: Context) -> StripeObject | None:
    """Return the retention coupon of the session's flow."""
    retention = ((context.flow or {}).get("subscription_cancel") or {}).get("retention")
    return retention and context.visit.world.find(retention["coupon_offer"]["coupon"], "coupon")


def _can_cancel(context: Context, subscription: StripeObject) -> bool:
    if subscription["status"] in {"canceled", "incomplete_expired"} or actions.ends_at(subscription):
        return False
    try:
        update_rules.refuse_foreign_schedule(context.visit.world, subscription, "canceled")
    except StripeError:
        return False
    return True


async def cancel(context: Context) -> Response:
    """Show the offer, when there is one, then the confirmation."""
    subscription = context.subscription()
    feature = context.features["subscription_cancel"]
    if subscription is None or not feature["enabled"]:
        return context.not_possible(403)
    if context.in_flow() and actions.ends_at(subscription) is not None:
        return context.go("subscriptions", subscription["id"], "reason")  # left before saying why
    if not _can_cancel(context, subscription):
        return context.not_possible()
    immediately = feature["mode"] == "immediately"
    if context.request.method != "POST":
        return _before_cancelling(context, subscription, immediately=immediately)
    actions.cancel(context.desk, subscription, immediately=immediately)
    if feature["cancellation_reason"]["enabled"]:
        return context.go("subscriptions", subscription["id"], "reason")
    return context.finish("subscription_cancel")


def _before_cancelling(context: Context, subscription: StripeObject, *, immediately: bool) -> Response:
    coupon = _coupon(context)
    if coupon is not None and "declined" not in context.request.query_params:
        return context.show("offer.html", name=coupon["name"] or coupon["id"])
    date = context.words.date(actions.period_end(subscription))
    return context.show(
        "cancel.html",
        items=[item_line(context, one) for one in subscription["items"]["data"]],
        text=context.words("cancel_now") if immediately else context.words("cancel_later", date=date),
    )


async def offer(context: Context) -> Response:
    """Give the coupon to the customer, who stays."""
    subscription, coupon = context.subscription(), _coupon(context)
    if subscription is None or coupon is None or subscription["status"] == "canceled":
        return context.not_possible()
    actions.take_offer(context.desk, subscription, coupon)
    return context.finish("offer_taken")


async def reason(context: Context) -> Response:
    """Ask why, after the cancellation."""
    subscription = context.subscription()
    survey = context.features["subscription_cancel"]["cancellation_reason"]
    if subscription is None or not subscription["canceled_at"]:
        return context.go()
    if context.request.method != "POST":
        return context.show("reason.html", options=survey["options"])
    feedback = context.text("feedback")
    if feedback in survey["options"]:
        comment = context.text("comment")[:LONGEST_COMMENT] if feedback == "other" else ""
        actions.say_why(context.desk, subscription, feedback, comment or None)
    return context.finish("subscription_cancel")


async def renew(context: Context) -> Response:
    """Take back a cancellation, which works until the period ends."""
    subscription = context.subscription()
    if subscription is None or actions.ends_at(subscription) is None or subscription["status"] == "canceled":
        return context.not_possible()
    actions.renew(context.desk, subscription)
    return context.go(notice="renewed")


async def pause(context: Context) -> Response:
    """Pause, after a confirmation."""
    subscription = context.subscription()
    if subscription is None or not context.features["subscription_pause"]["enabled"]:
        return context.not_possible(403)
    if pause_obstacle(subscription) is not None:
        return context.not_possible()
    if context.request.method != "POST":
        items = [item_line(context, one) for one in subscription["items"]["data"]]
        return context.show("pause.html", items=items)
    pausing.pause(context.desk, subscription)
    return context.finish("subscription_pause")


async def resume(context: Context) -> Response:
    """Resume a paused subscription."""
    subscription = context.subscription()
    if subscription is None or subscription["status"] != "paused":
        return context.not_possible()
    pausing.resume(context.desk, subscription)
    return context.go(notice="resumed")
