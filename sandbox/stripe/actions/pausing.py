"""Pausing and resuming."""

from sandbox.stripe.actions.cancelling import UPDATED
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.periods import period_days

DAY = 86_400


def pause(desk: Desk, subscription: StripeObject) -> None:
    """Pause, with one event about the pause and one about the change of status, as Stripe sends them."""
    paused = {
        "subscription": {"type": "pause_requested"},
        "transitioned_at": desk.now,
        "type": "subscription",
    }
    desk.change(
        subscription, UPDATED, lambda one: one.update(status="paused", status_details={"paused": paused})
    )
    desk.tell("customer.subscription.paused", subscription)


def resume(desk: Desk, subscription: StripeObject) -> None:
    """Resume; a new period starts now."""

    def edit(one: StripeObject) -> None:
        one.update(status="active", status_details=None, billing_cycle_anchor=desk.now)
        for item in one["items"]["data"]:
            length = period_days(desk.world.get(item["price"])) * DAY
            item.update(current_period_start=desk.now, current_period_end=desk.now + length)

    desk.change(subscription, UPDATED, edit)
    desk.tell("customer.subscription.resumed", subscription)
