"""What may be said about an event: picked field by field, so that no payload is ever echoed.

Every fact is a text, a number, a truth value, or a list of small objects of those. Readers are lenient: an
event of another API version has fewer facts, and never raises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.alerts.alert import Facts
from bot.alerts.changes import Source, changed
from bot.alerts.money_facts import (
    charge_facts,
    decline_of,
    dispute_facts,
    fraud_warning_facts,
    invoice_facts,
    invoice_status,
    payment_intent_facts,
    payout_facts,
    refund_facts,
    remaining,
)
from bot.alerts.subscription_facts import monthly, subscription_facts, whole_subscription
from bot.portal.models import Customer, PaymentMethod
from bot.portal.models.reading import entries, flag, identifier, inner, mapping, moment, text, whole

MOST_CHANGES = 12
LONGEST_TEXT = 500
_LABELS = ("number", "name", "nickname", "code", "title", "display_name")
"""What people call an object that is no customer, likeliest first."""
_AMOUNTS = ("amount", "amount_total", "total", "amount_due")


@dataclass(frozen=True, slots=True)
class Reading:
    """An event's facts, and whom and what it is about."""

    facts: Facts
    customer: str | None
    subscription: str | None
    object: str | None
    amount: int | None
    currency: str | None


def read_payload(payload: Source) -> Reading:
    """Read an event's object, and what it was before."""
    data = inner(payload, "data")
    source, previous = inner(data, "object"), inner(data, "previous_attributes")
    kind = text(source, "object") or ""
    amount, currency = _amount(kind, source, text(payload, "type"))
    read = _READERS.get(kind, _other)
    facts = {
        "kind": kind,
        "event": text(payload, "type"),
        "account": text(payload, "account"),
        **read(source, previous, payload),
    }
    return Reading(
        facts={name: _cut(value) for name, value in facts.items()},
        customer=_customer_id(kind, source, previous),
        subscription=_subscription_id(kind, source),
        object=text(source, "id"),
        amount=amount,
        currency=currency,
    )


def _cut(value: object) -> object:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _customer_id(kind: str, source: Source, previous: Source) -> str | None:
    if kind == "customer":
        return text(source, "id")
    charge = mapping(source.get("charge"))
    # A payment method that was detached belongs to nobody any more.
    return identifier(source.get("customer") or charge.get("customer") or previous.get("customer"))


def _subscription_id(kind: str, source: Source) -> str | None:
    if kind == "subscription":
        return text(source, "id")
    parent = inner(inner(source, "parent"), "subscription_details").get("subscription")
    return identifier(source.get("subscription") or parent or source.get("released_subscription"))


def _amount(kind: str, source: Source, event: str | None) -> tuple[int | None, str | None]:
    """Read the money an event is about: what remains of an invoice, what went back of a charge."""
    currency = text(source, "currency")
    if kind == "invoice":
        is_paid = invoice_status(source) == "paid"
        return (None if is_paid else remaining(source)) or whole(source, "amount_due"), currency
    if kind == "subscription":
        by_currency = monthly(whole_subscription(source))
        currency = currency or next(iter(by_currency), None)
        return by_currency.get(currency or ""), currency
    if kind == "charge" and event == "charge.captured":
        return whole(source, "amount_captured") or whole(source, "amount"), currency
    if kind == "charge" and event != "charge.expired" and whole(source, "amount_refunded"):
        return whole(source, "amount_refunded"), currency
    return next((found for name in _AMOUNTS if (found := whole(source, name)) is not None), None), currency


def _subscription(source: Source, previous: Source, event: Source) -> Facts:
    request = event.get("request")
    return subscription_facts(source, previous, requested=identifier(request) is not None)


def _configuration(source: Source, previous: Source, event: Source) -> Facts:
    return {
        "requested_with": text(inner(event, "request"), "idempotency_key"),
        "name": text(source, "name"),
        "active": flag(source, "active"),
        "is_default": flag(source, "is_default"),
        "changes": differences(previous, source),
    }


def differences(before: Source, after: Source, path: str = "") -> list[dict[str, object]]:
    """List what changed, as `path`, `before` and `after`; lists by their length. At most a dozen."""
    found: list[dict[str, object]] = []
    for name, old in before.items():
        new, place = after.get(name), f"{path}{name}"
        if name == "updated":
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differences(mapping(old), mapping(new), f"{place}.")
        else:
            found.append({"path": place, "before": _shown(old), "after": _shown(new)})
    return found[:MOST_CHANGES]


def _shown(value: object) -> object:
    if isinstance(value, list | tuple):
        texts = [each for each in value if isinstance(each, str)]
        return ", ".join(texts) if len(texts) == len(value) else f"({len(value)})"
    return None if isinstance(value, Mapping) else value


def _portal_session(source: Source, _previous: Source, _event: Source) -> Facts:
    return {
        "flow": text(inner(source, "flow"), "type"),
        "configuration": identifier(source.get("configuration")),
    }


def _payment_method(source: Source, _previous: Source, _event: Source) -> Facts:
    method = PaymentMethod.of(source)
    owner = inner(source, "billing_details")
    return {
        "name": text(owner, "name"),
        "email": text(owner, "email"),
        "type": method.type,
        "brand": method.brand,
        "last4": method.last4,
    }


def _customer(source: Source, previous: Source, _event: Source) -> Facts:
    customer = Customer.of(source)
    return {
        "name": customer.name,
        "email": customer.email,
        "delinquent": customer.delinquent,
        "changed": sorted(changed(source, previous))[:MOST_CHANGES],
    }


def _tax_id(source: Source, _previous: Source, _event: Source) -> Facts:
    return {"type": text(source, "type"), "country": text(source, "country")}


def _schedule(source: Source, _previous: Source, _event: Source) -> Facts:
    return {
        "status": text(source, "status"),
        "changes_at": moment(inner(source, "current_phase"), "end_date"),
        "phases": len(entries(source.get("phases"))),
        "end_behavior": text(source, "end_behavior"),
    }


def _billing_alert(source: Source, _previous: Source, _event: Source) -> Facts:
    alert = inner(source, "alert")
    return {"title": text(alert, "title"), "value": str(source.get("value", ""))[:40] or None}


def _other(source: Source, _previous: Source, _event: Source) -> Facts:
    """Read what many kinds of objects have, for rules of the merchant's own."""
    owner = inner(source, "customer_details")
    billing = inner(source, "billing_details")
    of_charge = inner(mapping(source.get("charge")), "billing_details")
    return {
        "status": text(source, "status"),
        "name": text(owner, "name") or text(billing, "name") or text(of_charge, "name"),
        "email": text(owner, "email") or text(source, "customer_email") or text(billing, "email"),
        "description": text(source, "description"),
        "label": next((found for name in _LABELS if (found := text(source, name))), None),
        "charge": identifier(source.get("charge")),
        "payment_intent": identifier(source.get("payment_intent")),
        **decline_of(inner(source, "last_setup_error")),
    }


_READERS: Mapping[str, Callable[[Source, Source, Source], Facts]] = {
    "subscription": _subscription,
    "invoice": invoice_facts,
    "charge": charge_facts,
    "payment_intent": payment_intent_facts,
    "refund": refund_facts,
    "dispute": dispute_facts,
    "radar.early_fraud_warning": fraud_warning_facts,
    "payout": payout_facts,
    "billing_portal.configuration": _configuration,
    "billing_portal.session": _portal_session,
    "payment_method": _payment_method,
    "customer": _customer,
    "tax_id": _tax_id,
    "subscription_schedule": _schedule,
    "billing.alert_triggered": _billing_alert,
}
