"""Things that happen without the customer: what a person at the demo page, or a test, can make happen."""

from collections.abc import Callable, Mapping

from sandbox.stripe.actions.cancelling import UPDATED
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.actions.paying import fail, pay
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.money import make_invoice, payment
from sandbox.stripe.skeleton import build

DAY = 86_400

Happening = Callable[[Desk, StripeObject], None]


class CannotHappenError(Exception):
    """This customer lacks what it takes, such as a subscription."""


def _subscription(desk: Desk, customer: StripeObject) -> StripeObject:
    found = desk.world.subscriptions_of(customer["id"])
    if not found:
        raise CannotHappenError("no subscription")
    return found[0]


def _payment_failed(desk: Desk, customer: StripeObject) -> None:
    subscription = _subscription(desk, customer)
    invoice = make_invoice(desk.world, subscription, created=desk.now, status="open")
    desk.tell("invoice.created", invoice)
    fail(desk, subscription, invoice)


def _paid(desk: Desk, customer: StripeObject) -> None:
    subscription = _subscription(desk, customer)
    latest = desk.world.find(subscription["latest_invoice"])
    if latest is not None and latest["status"] == "open":
        pay(desk, latest)
        return
    desk.tell("invoice.paid", make_invoice(desk.world, subscription, created=desk.now))


def _finalization_failed(desk: Desk, customer: StripeObject) -> None:
    invoice = make_invoice(desk.world, _subscription(desk, customer), created=desk.now, status="draft")
    invoice["last_finalization_error"] = {
        "type": "invalid_request_error",
        "code": "customer_tax_location_invalid",
        "message": "The customer's location isn't recognized. Set a valid customer address in order to "
        "automatically calculate tax.",
    }
    desk.tell("invoice.finalization_failed", invoice)


def _action_required(desk: Desk, customer: StripeObject) -> None:
    invoice = make_invoice(desk.world, _subscription(desk, customer), created=desk.now, status="open")
    desk.tell("invoice.payment_action_required", invoice)


def _ended_unpaid(desk: Desk, customer: StripeObject) -> None:
    subscription = _subscription(desk, customer)
    details = {**(subscription["cancellation_details"] or {}), "reason": "payment_failed"}
    ended = {"status": "canceled", "canceled_at": desk.now, "ended_at": desk.now}
    desk.change(
        subscription,
        "customer.subscription.deleted",
        lambda one: one.update(ended, cancellation_details=details),
    )


def _trial_will_end(desk: Desk, customer: StripeObject) -> None:
    subscription = _subscription(desk, customer)
    ends = desk.now + 3 * DAY
    desk.change(subscription, UPDATED, lambda one: one.update(status="trialing", trial_end=ends))
    desk.tell("customer.subscription.trial_will_end", subscription)


def _disputed(desk: Desk, customer: StripeObject) -> None:
    charge = payment(
        desk.world, desk.world.new_id("happening"), customer, 1_000, "usd", created=desk.now - DAY
    )
    charge["disputed"] = True
    dispute = _unowned(
        desk,
        "dispute",
        "dp",
        amount=1_000,
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        currency="usd",
        reason="fraudulent",
        status="needs_response",
    )
    dispute["evidence_details"]["due_by"] = desk.now + 7 * DAY
    desk.tell("charge.dispute.created", dispute)


def _fraud_warning(desk: Desk, customer: StripeObject) -> None:
    charge = payment(
        desk.world, desk.world.new_id("happening"), customer, 1_000, "usd", created=desk.now - DAY
    )
    warning = _unowned(
        desk,
        "radar.early_fraud_warning",
        "issfr",
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        actionable=True,
        fraud_type="unauthorized_use_of_card",
    )
    desk.tell("radar.early_fraud_warning.created", warning)


def _payout_failed(desk: Desk, _customer: StripeObject) -> None:
    payout = _unowned(
        desk,
        "payout",
        "po",
        amount=124_000,
        currency="usd",
        status="failed",
        arrival_date=desk.now,
        failure_code="account_closed",
        failure_message="The bank account has been closed.",
    )
    desk.tell("payout.failed", payout)


def _portal_changed(desk: Desk, _customer: StripeObject) -> None:
    for configuration in desk.world.every("billing_portal.configuration"):
        if configuration["is_default"]:
            desk.change(
                configuration,
                "billing_portal.configuration.updated",
                lambda one: one.update(updated=desk.now),
            )


def _unowned(desk: Desk, kind: str, prefix: str, **fields: object) -> StripeObject:
    made = build(kind, id=desk.world.new_id(prefix), created=desk.now, **fields)
    made["livemode"] = desk.world.livemode
    return desk.world.keep(made)


HAPPENINGS: Mapping[str, Happening] = {
    "billing_portal.configuration.updated": _portal_changed,
    "charge.dispute.created": _disputed,
    "customer.subscription.deleted": _ended_unpaid,
    "customer.subscription.trial_will_end": _trial_will_end,
    "invoice.finalization_failed": _finalization_failed,
    "invoice.paid": _paid,
    "invoice.payment_action_required": _action_required,
    "invoice.payment_failed": _payment_failed,
    "payout.failed": _payout_failed,
    "radar.early_fraud_warning.created": _fraud_warning,
}
"""What can be made to happen to a customer, by the event it ends in."""
