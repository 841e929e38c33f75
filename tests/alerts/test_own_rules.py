"""A rule of one's own with the template `other`: what is said of any object."""

import pytest

from tests.alerts.examples import event
from tests.alerts.in_words import Thing, said, thing, told

INVOICE = thing("Payment failed")
CHARGE = thing("Payment refunded in part", amount_refunded=0)


@pytest.mark.parametrize(
    ("kind", "object_", "text"),
    [
        ("charge.succeeded", CHARGE, "✅ Payment received: $25.00, Ada Held"),
        ("charge.succeeded", {**CHARGE, "captured": False}, "Payment reserved: $25.00"),
        (
            "charge.captured",
            {**CHARGE, "captured": True, "amount_captured": 1000, "amount_refunded": 1500},
            "✅ Payment captured: $10.00",
        ),
        (
            "charge.expired",
            {**CHARGE, "captured": False, "amount_refunded": 2500},
            "⚪ Reserved payment expired: $25.00",
        ),
        (
            "charge.failed",
            {
                **CHARGE,
                "status": "failed",
                "failure_code": "card_declined",
                "outcome": {"reason": "insufficient_funds"},
            },
            "Declined: not enough money in the account",
        ),
        (
            "charge.refunded",
            {**CHARGE, "amount_refunded": 500},
            "⚪ Payment refunded: $5.00, Ada Held / $5.00 of $25.00",
        ),
        (
            "refund.updated",
            {"id": "re_1", "object": "refund", "amount": 100, "currency": "kwd", "status": "succeeded"},
            "✅ Refund updated: KWD0.100",
        ),
        (
            "setup_intent.setup_failed",
            {
                "id": "seti_1",
                "object": "setup_intent",
                "customer": "cus_1",
                "last_setup_error": {"code": "expired_card"},
            },
            "Why: the card has expired",
        ),
        (
            "credit_note.created",
            {
                "id": "cn_1",
                "object": "credit_note",
                "customer": "cus_1",
                "amount": 500,
                "currency": "usd",
                "number": "ADA-0007-CN-01",
            },
            "ADA-0007-CN-01 · cn_1",
        ),
        ("product.deleted", {"id": "prod_1", "object": "product", "name": "Tea"}, "Tea"),
        (
            "review.closed",
            {
                "id": "prv_1",
                "object": "review",
                "charge": {"id": "ch_1", "object": "charge", "billing_details": {"name": "Bo"}},
            },
            "Review closed, Bo",
        ),
        (
            "checkout.session.expired",
            {
                "id": "cs_1",
                "object": "checkout.session",
                "amount_total": 900,
                "currency": "usd",
                "customer_details": {"email": "bo@held.example"},
            },
            "Checkout expired: $9.00, bo@",
        ),
        ("invoice.created", {**INVOICE, "status": "draft"}, "ADA-0007 · in_ada"),
    ],
)
def test_a_rule_of_ones_own_says_what_it_is_how_much_and_whose(kind: str, object_: Thing, text: str) -> None:
    assert text in said(event(kind, object_), own=True)


def test_a_review_and_a_dispute_lead_to_the_customer_through_their_payment() -> None:
    review = {"id": "prv_1", "object": "review", "charge": "ch_1", "payment_intent": "pi_1"}
    (one,) = told(event("review.opened", review), own=True)
    assert (one.alert.facts["charge"], one.alert.facts["payment_intent"]) == ("ch_1", "pi_1")
