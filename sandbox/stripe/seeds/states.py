"""Subscriptions in every state of their life."""

from typing import Any

import stripe

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.seeds.builder import DAY, Builder
from sandbox.stripe.skeleton import embedded


def states(b: Builder) -> None:
    """Seed customers in trials, arrears, pauses and ends."""
    _trial(b)
    for status, name, story in (
        ("past_due", "Pia Pastdue", "The last payment failed; Stripe is trying again."),
        ("unpaid", "Udo Unpaid", "All attempts failed; invoices are made but not charged."),
        (
            "incomplete",
            "Inge Incomplete",
            "The first payment never went through; there are 23 hours to pay it.",
        ),
        ("incomplete_expired", "Ivan Expired", "The first payment never went through; it is too late now."),
    ):
        subscription = _in_state(b, status, name, story)
        invoice = b.invoice(subscription, status="void" if status == "incomplete_expired" else "open")
        invoice["next_payment_attempt"] = b.now + 3 * DAY if status == "past_due" else None
        invoice["attempt_count"] = 2
        b.world.get(subscription["customer"])["delinquent"] = True
    _paused(b)
    _ending(b)
    _pending(b)


def _in_state(b: Builder, status: str, name: str, story: str, **fields: Any) -> StripeObject:
    subscription = b.plain(status, name, f"{status.replace('_', '.')}@example.com", story)
    subscription.update(status=status, **fields)
    return subscription


def _trial(b: Builder) -> None:
    ends = b.now + 9 * DAY
    for label, name, price in (
        ("trialing", "Tara Trial", "starter_monthly"),
        ("trial_team", "Tim Trial", "team_monthly"),
    ):
        customer = b.customer(
            label,
            name,
            f"{label.replace('_', '.')}@example.com",
            "On trial for nine more days: a plan change ends it.",
        )
        b.method(customer, last4="4242")
        subscription = b.subscription(customer, price, days=5)
        subscription.update(status="trialing", trial_start=b.ago(5), trial_end=ends)
        subscription["trial_settings"] = {"end_behavior": {"missing_payment_method": "create_invoice"}}
        item = subscription["items"]["data"][0]
        item.update(current_period_start=b.ago(5), current_period_end=ends)


def _paused(b: Builder) -> None:
    reason = {
        "subscription": {"type": "pause_requested"},
        "transitioned_at": b.ago(5),
        "type": "subscription",
    }
    subscription = _in_state(
        b, "paused", "Pola Paused", "Paused at her own wish.", status_details={"paused": reason}
    )
    b.invoice(subscription)
    held = b.plain(
        "pause_collection",
        "Holly Hold",
        "hold@example.com",
        "Payment collection is paused; the subscription is active.",
    )
    held["pause_collection"] = {"behavior": "void", "resumes_at": b.now + 30 * DAY}
    b.invoice(held)


def _ending(b: Builder) -> None:
    _in_state(
        b,
        "canceled",
        "Carla Canceled",
        "Ended: the portal shows invoices, nothing else.",
        canceled_at=b.ago(8),
        ended_at=b.ago(8),
        cancellation_details=details("too_expensive", None),
    )
    b.invoice(b.ref("canceled.subscription"), days=40)
    classic = b.plain(
        "ending_classic",
        "Clara Classic",
        "classic@example.com",
        "Cancels at the period's end, classic billing mode.",
    )
    ends = classic["items"]["data"][0]["current_period_end"]
    mode = embedded(stripe.Subscription.BillingMode, type="classic")
    classic.update(billing_mode=mode, cancel_at_period_end=True, cancel_at=ends, canceled_at=b.ago(2))
    classic["cancellation_details"] = details("unused", None)
    flexible = b.plain(
        "ending_flexible",
        "Felix Flexible",
        "flexible@example.com",
        "Cancels at the period's end, flexible billing mode: only cancel_at says so.",
    )
    flexible.update(
        cancel_at=ends, canceled_at=b.ago(2), cancellation_details=details("other", "Moving abroad.")
    )
    old = b.plain(
        "classic_mode", "Konrad Classic", "konrad@example.com", "Classic billing mode: cannot be paused."
    )
    old["billing_mode"] = dict(mode)
    for subscription in (classic, flexible, old):
        b.invoice(subscription)


def details(feedback: str, comment: str | None) -> StripeObject:
    """Return why a customer cancelled."""
    return embedded(
        stripe.Subscription.CancellationDetails,
        feedback=feedback,
        comment=comment,
        reason="cancellation_requested",
    )


def _pending(b: Builder) -> None:
    subscription = b.plain(
        "pending", "Penny Pending", "pending@example.com", "A plan change waits for its payment."
    )
    item = {**subscription["items"]["data"][0], "price": b.ref("price.team_monthly")["id"]}
    subscription["pending_update"] = embedded(
        stripe.Subscription.PendingUpdate, expires_at=b.now + 20 * 3_600, subscription_items=[item]
    )
    b.invoice(subscription, status="open")
