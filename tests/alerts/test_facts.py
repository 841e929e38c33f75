"""What an event says is found wherever the version of Stripe's API puts it."""

from typing import Any

import pytest

from bot.alerts.facts import read_payload


@pytest.mark.parametrize("fields", [
    {"subscription": "sub_1"}, {"parent": {"subscription_details": {"subscription": "sub_1"}}},
    {"parent": {"subscription_details": {"subscription": {"id": "sub_1", "object": "subscription"}}}},
])  # fmt: skip
def test_an_invoice_names_its_subscription(fields: dict[str, Any]) -> None:
    invoice = {"object": "invoice", "id": "in_1", "customer": "cus_1", **fields}
    read = read_payload({"type": "invoice.payment_failed", "data": {"object": invoice}})
    assert (read.subscription, read.customer, read.object) == ("sub_1", "cus_1", "in_1")
