"""Changing the plan or the quantity: what it costs, when it happens, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.stripe.actions.cancelling import UPDATED, take_offer
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.actions.paying import bill
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.periods import period_days, phase
from sandbox.stripe.update_rules import MADE_BY_PORTAL

DAY = 86_400
When = Literal["now", "period_end"]


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a subscription's only item, and what it means in money (smallest unit) and time (Unix
    seconds).

    `due_now` is charged at once, `later` is put on the next invoice; both may be negative, which is a credit.
    """

    price: StripeObject
    quantity: int | None
    when: When
    starts_at: int
    due_now: int
    later: int
    ends_trial: bool
    new_period: bool

    @property
    def amount(self) -> int:
        """What a period costs from then on."""
        return (self.price["unit_amount"] or 0) * (self.quantity or 1)


def only_item(subscription: StripeObject) -> StripeObject:
    """Return the item a portal change is about."""
    item: StripeObject = subscription["items"]["data"][0]
    return item


def preview(
    desk: Desk,
    subscription: StripeObject,
    configuration: StripeObject,
    price_id: str,
    quantity: int | None,
    coupons: Sequence[StripeObject] = (),
) -> Change:
    """Return what the change would do, with these coupons taken off what is due at once."""
    feature = configuration["features"]["subscription_update"]
    item = only_item(subscription)
    old, new = desk.world.get(item["price"]), desk.world.get(price_id)
    trialing = subscription["status"] == "trialing"
    ends_trial = trialing and feature["trial_update_behavior"] == "end_trial"
    if not trialing and _waits(feature, old, new, item["quantity"], quantity):
        return Change(new, quantity, "period_end", int(item["current_period_end"]), 0, 0, False, True)
    other_period = period_days(old) != period_days(new)
    new_period = ends_trial or (not trialing and (other_period or feature["billing_cycle_anchor"] == "now"))
    credit, cost = _prorated(desk, item, old, new, quantity)
    full = (new["unit_amount"] or 0) * (quantity or 1)
    due_now, later = 0, 0
    if ends_trial:
        due_now = full
    elif new_period:
        due_now = full - (credit if feature["proration_behavior"] != "none" else 0)
    elif not trialing and feature["proration_behavior"] != "none":
        invoiced = feature["proration_behavior"] == "always_invoice"
        due_now, later = (cost - credit, 0) if invoiced else (0, cost - credit)
    due_now = _discounted(due_now, coupons)
    return Change(new, quantity, "now", desk.now, due_now, later, ends_trial, new_period)


def _discounted(amount: int, coupons: Sequence[StripeObject]) -> int:
    for coupon in coupons:
        off = coupon["amount_off"] or round(amount * (coupon["percent_off"] or 0) / 100)
        amount = max(0, amount - off) if amount > 0 else amount
    return amount


def _prorated(
    desk: Desk, item: StripeObject, old: StripeObject, new: StripeObject, quantity: int | None
) -> tuple[int, int]:
    """Return what is left of the old price's period, and what the rest of it costs at the new price."""
    start, end = int(item["current_period_start"]), int(item["current_period_end"])
    left = max(0.0, min(1.0, (end - desk.now) / max(1, end - start)))
    credit = round((old["unit_amount"] or 0) * (item["quantity"] or 1) * left)
    return credit, round((new["unit_amount"] or 0) * (quantity or 1) * left)


def _waits(
    feature: StripeObject, old: StripeObject, new: StripeObject, had: int | None, wanted: int | None
) -> bool:
    """Return whether one of the conditions for waiting until the period's end holds."""
    conditions = {one["type"] for one in feature["schedule_at_period_end"]["conditions"]}
    daily_old = (old["unit_amount"] or 0) * (had or 1) / period_days(old)
    daily_new = (new["unit_amount"] or 0) * (wanted or 1) / period_days(new)
    shorter = period_days(new) < period_days(old)
    return ("decreasing_item_amount" in conditions and daily_new < daily_old) or (
        "shortening_interval" in conditions and shorter
    )


def apply(desk: Desk, subscription: StripeObject, change: Change, coupons: Sequence[StripeObject]) -> None:
    """Do it, with these discounts."""
    for coupon in coupons:
        take_offer(desk, subscription, coupon)
    if change.when == "period_end":
        _schedule(desk, subscription, change)
        return

    def edit(one: StripeObject) -> None:
        item = only_item(one)
        item.update(price=change.price["id"], quantity=change.quantity)
        if change.ends_trial:
            one.update(status="active", trial_end=desk.now)
        if change.new_period:
            end = desk.now + period_days(change.price) * DAY
            item.update(current_period_start=desk.now, current_period_end=end)
            one["billing_cycle_anchor"] = desk.now

    desk.change(subscription, UPDATED, edit)
    if change.due_now > 0:
        bill(desk, subscription, change.due_now, "subscription_update")


def _schedule(desk: Desk, subscription: StripeObject, change: Change) -> None:
    """Attach a schedule whose second phase is the change, as the portal does."""
    item = only_item(subscription)
    start, end = int(item["current_period_start"]), int(item["current_period_end"])
    following = end + period_days(change.price) * DAY
    schedule = desk.world.add(
        "subscription_schedule",
        id=desk.world.new_id("sub_sched"),
        customer=subscription["customer"],
        subscription=subscription["id"],
        status="active",
        end_behavior="release",
        metadata={MADE_BY_PORTAL: "yes"},
        current_phase={"start_date": start, "end_date": end},
        phases=[
            phase(item["price"], subscription["currency"], (start, end), item["quantity"]),
            phase(change.price["id"], subscription["currency"], (end, following), change.quantity),
        ],
    )
    desk.tell("subscription_schedule.created", schedule)
    desk.change(subscription, UPDATED, lambda one: one.update(schedule=schedule["id"]))
