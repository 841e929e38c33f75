"""What is said of events of other API versions, objects and statuses than those of the sheet."""

import pytest

from tests.alerts.examples import event
from tests.alerts.in_words import Thing, said, thing, told

SUB, ITEM = thing("New"), thing("New")["items"]["data"][0]
TEAM = {
    "id": "price_team",
    "object": "price",
    "currency": "usd",
    "unit_amount": 9000,
    "nickname": "Team",
    "recurring": {"interval": "month", "interval_count": 1},
}
SECOND = {"id": "si_second", "object": "subscription_item", "price": TEAM, "quantity": 1}


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({}, {"items": {"data": [{**ITEM, "current_period_end": 1}]}}),
        (
            {"status": "trialing", "trial_end": 1797600000},
            {"trial_end": 1796600000, "items": {"data": [{**ITEM, "current_period_end": 1796600000}]}},
        ),
        ({"current_period_end": 1797600000}, {"current_period_end": 1795000000, "latest_invoice": "in_1"}),
        ({"items": {"data": [ITEM, SECOND]}}, {"items": {"data": [SECOND, ITEM]}}),
        ({}, {"items": {"data": [{**ITEM, "tax_rates": [{"id": "txr_1"}]}]}}),
        ({}, {"items": {"data": [{**ITEM, "billing_thresholds": {"usage_gte": 5}}]}}),
        ({}, {"items": {"data": [{**ITEM, "id": "si_before"}]}}),
        ({"plan": {"id": "price_pro"}}, {"plan": {"id": "price_pro", "nickname": "Before"}}),
        ({}, {"default_payment_method": "pm_1"}),
        ({}, {"metadata": {"a": "b"}}),
        ({}, {"schedule": "sub_sched_1"}),
    ],
)
def test_a_renewal_a_longer_trial_and_what_is_no_plan_are_no_plan_change(now: Thing, before: Thing) -> None:
    assert told(event("customer.subscription.updated", {**SUB, **now}, before)) == []


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (
            {"items": {"data": [{**ITEM, "quantity": 3}]}},
            {"items": {"data": [ITEM]}},
            "a month → Pro, $25.00 a month × 3",
        ),
        ({"items": {"data": [ITEM, SECOND]}}, {"items": {"data": [ITEM]}}, "Added: Team, $90.00 a month"),
        ({"items": {"data": [ITEM]}}, {"items": {"data": [ITEM, SECOND]}}, "Removed: Team, $90.00 a month"),
        (
            {"items": {"data": [{**ITEM, "price": TEAM}]}},
            {"items": {"data": [ITEM]}},
            "Pro, $25.00 a month → Team",
        ),
        (
            {
                "items": None,
                "plan": {
                    "id": "gold",
                    "object": "plan",
                    "amount": 2000,
                    "currency": "usd",
                    "interval": "month",
                    "name": "Gold",
                },
                "quantity": 5,
            },
            {"quantity": 2},
            "month × 2 → Gold, $20.00 a month × 5",
        ),
    ],
)
def test_a_change_of_price_or_quantity_is_told_item_by_item(now: Thing, before: Thing, text: str) -> None:
    assert text in said(event("customer.subscription.updated", {**SUB, **now}, before))


def test_every_change_of_one_event_is_told() -> None:
    found = told(
        event(
            "customer.subscription.updated",
            {
                **SUB,
                "cancel_at_period_end": True,
                "collection_method": "send_invoice",
                "status": "past_due",
                "pause_collection": {"behavior": "void"},
                "items": {"data": [{**ITEM, "price": TEAM, "discounts": ["di_1"]}]},
            },
            {
                "cancel_at_period_end": False,
                "collection_method": "charge_automatically",
                "status": "active",
                "pause_collection": None,
                "items": {"data": [{**ITEM, "discounts": []}]},
            },
        )
    )
    assert [each.occurrence.rule for each in found] == [
        "cancellation",
        "subscription_past_due",
        "coupon_taken",
        "plan_changed",
        "collection_paused",
        "collection_method",
    ]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"discount": {"id": "di_1", "coupon": {"id": "SAVE20"}}}, {"discount": None}),
        ({"discounts": [{"id": "di_1", "coupon": {"id": "SAVE20"}}]}, {"discounts": []}),
        (
            {"discounts": [{"id": "di_1", "source": {"type": "coupon", "coupon": "SAVE20"}}]},
            {"discounts": []},
        ),
        (
            {
                "items": {
                    "data": [{**ITEM, "discounts": [{"id": "di_1", "source": {"coupon": {"id": "SAVE20"}}}]}]
                }
            },
            {"items": {"data": [{**ITEM, "discounts": []}]}},
        ),
    ],
)
def test_a_coupon_is_told_in_every_version_and_also_on_one_item(now: Thing, before: Thing) -> None:
    text = said(event("customer.subscription.updated", {**SUB, **now}, before))
    assert text.startswith("🟠 Coupon added for cus_ada / SAVE20")


DISPUTE, INQUIRY = thing("Dispute"), thing("Inquiry")
WITHOUT_ANSWER = "If you don't respond, the dispute is lost."


@pytest.mark.parametrize(
    ("changes", "severity", "text", "never"),
    [
        (
            {"evidence_details": None, "evidence_due_by": 1796600000, "balance_transactions": None},
            "page",
            "Evidence is due 6 December 2026",
            "taken",
        ),
        ({"status": "lost", "reason": "insufficient_funds"}, "notify", "❌", WITHOUT_ANSWER),
        ({"status": "under_review"}, "notify", "under review", WITHOUT_ANSWER),
        ({"status": "won"}, "notify", "✅", WITHOUT_ANSWER),
        ({"status": "charge_refunded"}, "notify", "⚪", WITHOUT_ANSWER),
        ({"status": "prevented"}, "notify", "✅", WITHOUT_ANSWER),
        ({"status": "warning_closed"}, "notify", "✅ Inquiry", WITHOUT_ANSWER),
        ({"status": "warning_under_review"}, "notify", "is answered", "Answer in Stripe"),
        (
            {"status": "warning_needs_response", "balance_transactions": []},
            "notify",
            "No money has been taken",
            WITHOUT_ANSWER,
        ),
        (
            {"evidence_details": {"due_by": 1796600000, "submission_count": 2}},
            "notify",
            "is answered",
            WITHOUT_ANSWER,
        ),
        ({"evidence_details": {"due_by": 0}}, "notify", "can't be answered", WITHOUT_ANSWER),
        ({"evidence_details": {"due_by": 1795000000}}, "notify", "answered in time", WITHOUT_ANSWER),
        ({"status": "a_new_one"}, "page", "a new one", WITHOUT_ANSWER),
    ],
)
def test_a_dispute_is_said_and_weighed_by_its_status(
    changes: Thing, severity: str, text: str, never: str
) -> None:
    one = event("charge.dispute.created", {**DISPUTE, **changes})
    assert told(one)[0].alert.severity.value == severity
    assert text in said(one)
    assert never not in said(one)


def test_an_inquiry_that_cannot_be_refunded_is_not_told_to_be() -> None:
    assert "refund" in said(event("charge.dispute.created", INQUIRY))
    assert "refund" not in said(event("charge.dispute.created", {**INQUIRY, "is_charge_refundable": False}))


INVOICE = thing("Payment failed")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"amount_due": 10000, "amount_paid": 4000, "amount_remaining": 6000, "currency": "jpy"},
            "Payment of ¥6,000 failed",
        ),
        ({"amount_due": 10000, "amount_paid": 4000, "amount_remaining": None}, "Payment of $60.00 failed"),
        (
            {"total": 10000, "starting_balance": -4000, "amount_due": 6000, "amount_remaining": 6000},
            "Payment of $60.00 failed",
        ),
        (
            {"amount_due": 10000, "amount_remaining": 7000, "pre_payment_credit_notes_amount": 3000},
            "Payment of $70.00 failed",
        ),
        (
            {"status": None, "closed": True, "paid": False, "attempt_count": 4, "next_payment_attempt": None},
            "🔴 Payment of $25.00 failed for the last time",
        ),
    ],
)
def test_a_failed_payment_names_what_remains_in_every_version(changes: Thing, text: str) -> None:
    assert text in said(event("invoice.payment_failed", {**INVOICE, **changes}))


def test_a_first_payment_says_what_becomes_of_the_subscription_as_it_is_billed() -> None:
    first = {**INVOICE, "billing_reason": "subscription_create", "next_payment_attempt": None}
    by_hand = {**first, "collection_method": "send_invoice"}
    assert "never starts" in said(event("invoice.payment_failed", first))
    assert "the subscription runs all the same" in said(event("invoice.payment_failed", by_hand))
    retried = said(event("invoice.payment_failed", {**first, "next_payment_attempt": 1796200000}))
    assert "Stripe tries again" in retried
    assert "never starts" not in retried


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "customer.subscription.pending_update_expired",
            "cancellation was dropped / The payment it waited for didn't",
        ),
        (
            "customer.subscription.pending_update_applied",
            "cancellation was applied / The payment it waited for arrived",
        ),
    ],
)
def test_a_pending_update_that_was_a_cancellation_is_no_plan_change(kind: str, text: str) -> None:
    before = {"pending_update": {"cancel_at_period_end": True, "expires_at": 1796200000}}
    assert text in said(event(kind, SUB, before))


def test_an_invoice_without_anything_to_pay_was_not_paid() -> None:
    free = {**INVOICE, "status": "paid", "amount_due": 0, "amount_remaining": 0}
    assert "had nothing to pay" in said(event("invoice.paid", free))
    assert "Ada Held paid $25.00" in said(
        event("invoice.paid", {**INVOICE, "status": "paid", "amount_paid": 2500})
    )


def test_a_fraud_warning_names_whom_the_payment_names() -> None:
    charge = {"id": "ch_1", "object": "charge", "customer": "cus_1", "billing_details": {"name": "Bo"}}
    warning = thing("Early fraud warning", charge=charge)
    assert "Early fraud warning for Bo" in said(event("radar.early_fraud_warning.created", warning))
