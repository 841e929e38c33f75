"""Facts of what moves money: invoices, charges, disputes, refunds, payouts. Amounts in the smallest unit."""

from collections.abc import Mapping

from bot.alerts.alert import Facts
from bot.alerts.changes import Source
from bot.portal.models.reading import entries, flag, identifier, inner, mapping, moment, text, whole


def invoice_facts(source: Source, _previous: Source, _event: Source) -> Facts:
    """Read an invoice. `remaining` is what is still to be paid."""
    error = inner(source, "last_finalization_error")
    billing = text(source, "collection_method") or text(source, "billing")
    details = inner(source, "status_details")
    return {
        "number": text(source, "number"),
        "name": text(source, "customer_name"),
        "email": text(source, "customer_email"),
        "attempt": whole(source, "attempt_count"),
        "next_attempt": moment(source, "next_payment_attempt"),
        "due": moment(source, "due_date"),
        "status": invoice_status(source),
        "total": whole(source, "amount_due"),
        "paid": whole(source, "amount_paid"),
        "remaining": remaining(source),
        "billing_reason": text(source, "billing_reason"),
        "automatic": billing != "send_invoice",
        "charge": identifier(source.get("charge")),
        "payment_intent": identifier(source.get("payment_intent")),
        "uncollectible_reason": text(inner(details, "uncollectible"), "reason"),
        "error": text(error, "message"),
        "error_code": text(error, "code"),
    }


def invoice_status(source: Source) -> str | None:
    """Read the status; before 2018 three flags said the same."""
    status = text(source, "status")
    if status or "closed" not in source:
        return status or ("paid" if flag(source, "paid") else None)
    if flag(source, "paid"):
        return "paid"
    if flag(source, "forgiven"):
        return "uncollectible"
    return "void" if flag(source, "closed") and not whole(source, "attempt_count") else "open"


def remaining(source: Source) -> int | None:
    """Return what is left to pay of an invoice."""
    left, due, paid = (whole(source, f"amount_{name}") for name in ("remaining", "due", "paid"))
    if left is None and due is not None:
        return due - (paid or 0)
    return left


def dispute_facts(source: Source, _previous: Source, event: Source) -> Facts:
    """Read a dispute or an inquiry.

    `due_by` is 0 where the bank allows no response (SDK). `past_due` says that evidence was handed in late;
    that the date has passed without any is `is_late`, seen from the time of the event.
    """
    details, evidence = inner(source, "evidence_details"), inner(source, "evidence")
    # Before 2014 the date stood on the dispute itself.
    due, created = moment(details, "due_by"), moment(event, "created")
    due = moment(source, "evidence_due_by") if due is None else due
    moved = [whole(mapping(each), "amount") or 0 for each in entries(source.get("balance_transactions"))]
    kind = text(event, "type")
    return {
        "reason": text(source, "reason"),
        "status": text(source, "status"),
        "due": due or None,
        "no_response_allowed": due == 0,
        "is_late": bool(due and created and due <= created),
        "submissions": whole(details, "submission_count"),
        "has_evidence": flag(details, "has_evidence"),
        "past_due": flag(details, "past_due"),
        "refundable": flag(source, "is_charge_refundable"),
        "taken": kind == "charge.dispute.funds_withdrawn" or sum(moved) < 0,
        "returned": kind == "charge.dispute.funds_reinstated" or (len(moved) > 1 and sum(moved) >= 0),
        "name": _name(source) or text(evidence, "customer_name"),
        "email": text(evidence, "customer_email_address"),
        "charge": identifier(source.get("charge")),
        "payment_intent": identifier(source.get("payment_intent")),
    }


def fraud_warning_facts(source: Source, _previous: Source, _event: Source) -> Facts:
    """Read an early fraud warning."""
    return {
        "fraud_type": text(source, "fraud_type"),
        "actionable": flag(source, "actionable"),
        "name": _name(source),
        "charge": identifier(source.get("charge")),
        "payment_intent": identifier(source.get("payment_intent")),
    }


def payout_facts(source: Source, _previous: Source, _event: Source) -> Facts:
    """Read a payout."""
    return {
        "status": text(source, "status"),
        "error": text(source, "failure_message"),
        "error_code": text(source, "failure_code"),
        "arrival": moment(source, "arrival_date"),
    }


def charge_facts(source: Source, previous: Source, _event: Source) -> Facts:
    """Read a charge. `refund` is how much this event gave back, `refunded` how much all of them did."""
    outcome = inner(source, "outcome")
    refunded = whole(source, "amount_refunded") or 0
    before = whole(previous, "amount_refunded")
    failed = text(source, "status") == "failed" or bool(text(source, "failure_code"))
    return {
        "status": "failed" if failed else text(source, "status"),
        "total": whole(source, "amount"),
        "refunded": refunded,
        "refund": refunded - (before or 0),
        "captured": flag(source, "captured"),
        "name": _name(source),
        "email": text(inner(source, "billing_details"), "email") or text(source, "receipt_email"),
        "description": text(source, "description"),
        **decline_of(source, outcome),
    }


def payment_intent_facts(source: Source, _previous: Source, _event: Source) -> Facts:
    """Read a PaymentIntent."""
    error = inner(source, "last_payment_error")
    owner = inner(error, "payment_method")
    return {
        "status": text(source, "status"),
        "name": _name(owner),
        "email": text(source, "receipt_email") or text(inner(owner, "billing_details"), "email"),
        "description": text(source, "description"),
        **decline_of(error),
    }


def refund_facts(source: Source, _previous: Source, _event: Source) -> Facts:
    """Read a refund."""
    return {
        "status": text(source, "status"),
        "reason": text(source, "reason"),
        "failure": text(source, "failure_reason"),
        "charge": identifier(source.get("charge")),
        "payment_intent": identifier(source.get("payment_intent")),
        "name": _name(mapping(source.get("charge"))),
    }


def decline_of(source: Source, outcome: Mapping[str, object] | None = None) -> dict[str, str | None]:
    """Read why a payment was declined: the code to say in words, and Stripe's own sentence."""
    code = text(source, "failure_code") or text(source, "code")
    finer = text(source, "decline_code") or (text(outcome, "reason") if outcome and code else None)
    return {
        "decline": finer or code,
        "decline_text": text(source, "failure_message") or text(source, "message"),
    }


def _name(source: Source) -> str | None:
    charge = mapping(source.get("charge"))
    return text(inner(source, "billing_details"), "name") or text(inner(charge, "billing_details"), "name")
