"""Billing periods and the phases of schedules."""

import stripe

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.skeleton import embedded


def period_days(price: StripeObject) -> int:
    """Return the length of a price's billing period, in days of the plain kind (a month has 30)."""
    recurring = price["recurring"] or {"interval": "month", "interval_count": 1}
    lengths = {"day": 1, "week": 7, "month": 30, "year": 365}
    return lengths[recurring["interval"]] * int(recurring["interval_count"])


def phase(price: str, currency: str, span: tuple[int, int], quantity: int | None) -> StripeObject:
    """Return one phase of a schedule, with a single item. `span` is its start and end in Unix seconds."""
    item = embedded(
        stripe.SubscriptionSchedule.Phase.Item, plan=price, price=price, quantity=quantity, tax_rates=[]
    )
    return embedded(
        stripe.SubscriptionSchedule.Phase,
        currency=currency,
        start_date=span[0],
        end_date=span[1],
        items=[item],
        metadata={},
        default_tax_rates=[],
        proration_behavior="create_prorations",
    )
