"""Cancelling, saying why, taking the offer to stay, and renewing."""

import stripe

from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.skeleton import build, embedded
from sandbox.stripe.update_rules import MADE_BY_PORTAL

MONTH = 30 * 86_400
UPDATED = "customer.subscription.updated"


def period_end(subscription: StripeObject) -> int:
    """Return when what is paid for ends: the latest period of its items, in Unix seconds."""
    return max(int(item["current_period_end"]) for item in subscription["items"]["data"])


def ends_at(subscription: StripeObject) -> int | None:
    """Return when a cancellation that is scheduled takes effect; None when there is none."""
    if subscription["cancel_at"] is not None:
        return int(subscription["cancel_at"])
    return period_end(subscription) if subscription["cancel_at_period_end"] else None


def cancel(desk: Desk, subscription: StripeObject, *, immediately: bool) -> None:
    """Cancel, without a reason yet: Stripe asks for it afterwards."""
    release_schedule(desk, subscription)
    if immediately:
        desk.change(subscription, "customer.subscription.deleted", lambda one: _end(desk, one))
        return

    def schedule_end(one: StripeObject) -> None:
        one["cancel_at"] = period_end(one)
        one["cancel_at_period_end"] = one["billing_mode"]["type"] == "classic"
        one["canceled_at"] = desk.now
        one["cancellation_details"] = _details()

    desk.change(subscription, UPDATED, schedule_end)


def _end(desk: Desk, subscription: StripeObject) -> None:
    subscription.update(
        status="canceled", canceled_at=desk.now, ended_at=desk.now, cancellation_details=_details()
    )


def _details() -> StripeObject:
    return embedded(stripe.Subscription.CancellationDetails, reason="cancellation_requested")


def say_why(desk: Desk, subscription: StripeObject, feedback: str, comment: str | None) -> None:
    """Record the reason, with an event in which only `cancellation_details` changed."""
    details = {
        **(subscription["cancellation_details"] or _details()),
        "feedback": feedback,
        "comment": comment,
    }
    desk.change(subscription, UPDATED, lambda one: one.update(cancellation_details=details))


def take_offer(desk: Desk, subscription: StripeObject, coupon: StripeObject) -> StripeObject:
    """Keep the customer, with the coupon on the subscription, and return the discount."""
    months = coupon["duration_in_months"]
    discount = build(
        "discount",
        id=desk.world.new_id("di"),
        source={"coupon": coupon["id"], "type": "coupon"},
        start=desk.now,
        end=desk.now + months * MONTH if months else None,
        customer=subscription["customer"],
        subscription=subscription["id"],
    )
    desk.world.keep(discount)
    coupon["times_redeemed"] += 1
    desk.tell("customer.discount.created", discount)
    discounts = [*subscription["discounts"], discount["id"]]
    desk.change(subscription, UPDATED, lambda one: one.update(discounts=discounts))
    return discount


def renew(desk: Desk, subscription: StripeObject) -> None:
    """Undo a cancellation that has not taken effect."""
    desk.change(
        subscription,
        UPDATED,
        lambda one: one.update(
            cancel_at=None,
            cancel_at_period_end=False,
            canceled_at=None,
            cancellation_details=embedded(stripe.Subscription.CancellationDetails),
        ),
    )


def release_schedule(desk: Desk, subscription: StripeObject) -> None:
    """Let go of a schedule that the portal attached itself."""
    schedule = desk.world.find(subscription["schedule"])
    if schedule is None or not schedule["metadata"].get(MADE_BY_PORTAL):
        return
    desk.change(
        schedule,
        "subscription_schedule.released",
        lambda one: one.update(
            status="released",
            released_at=desk.now,
            released_subscription=subscription["id"],
            subscription=None,
        ),
    )
    desk.change(subscription, UPDATED, lambda one: one.update(schedule=None))
