"""Facts of several events about one thing: which of them is believed."""

from pathlib import Path
from typing import Any

import pytest

from tests.alerts.examples import Event, event, told

MAY_17 = 1_779_000_000


def cancelling(**details: Any) -> dict[str, Any]:
    """A subscription that ends with its period, and what the customer said about it."""
    price = {
        "id": "price_team", "object": "price", "currency": "usd", "unit_amount": 2500, "nickname": "Team",
        "recurring": {"interval": "month", "interval_count": 1},
    }  # fmt: skip
    return {
        "id": "sub_mia", "object": "subscription", "customer": "cus_mia", "status": "active",
        "cancel_at_period_end": True, "cancel_at": MAY_17, "currency": "usd",
        "cancellation_details": {"reason": "cancellation_requested", "feedback": None, **details},
        "items": {"object": "list", "data": [
            {"id": "si_1", "object": "subscription_item", "quantity": 5, "price": price},
        ]},
    }  # fmt: skip


def in_one_second() -> list[Event]:
    """The cancellation, then its reason, as one second of Stripe's clock shows them."""
    cancelled = event("customer.subscription.updated", cancelling(), {"cancel_at_period_end": False})
    why = event(
        "customer.subscription.updated",
        cancelling(feedback="too_expensive"),
        {"cancellation_details": {"feedback": None}},
        number=1,
    )
    return [cancelled, {**why, "created": cancelled["created"]}]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_events_of_one_second_the_one_that_says_more_counts_in_whatever_order_they_arrive(
    order: tuple[int, int], tmp_path: Path
) -> None:
    events = in_one_second()
    said = str(told(tmp_path, *(events[each] for each in order)))
    assert "too expensive" in said
    assert "No reason given yet" not in said
