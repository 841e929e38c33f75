"""What may be said about an event: picked field by field, so that no payload is ever echoed.

Every fact is a text, a number, a truth value, or a list of small objects of those. Readers are lenient: an
event of another API version has fewer facts, and never raises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.alerts.alert import Facts
from bot.portal.models import MISSING, Customer, Item, PaymentMethod, Subscription
from bot.portal.models.reading import entries, flag, identifier, inner, mapping, moment, text, whole

MOST_CHANGES = 12
LONGEST_TEXT = 500

Source = Mapping[str, object]


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
    amount, currency = _amount(kind, source)
    read = _READERS.get(kind, _other)
    facts = {"kind": kind, **read(source, previous)}
    return Reading(
        facts={name: _cut(value) for name, value in facts.items()},
        customer=text(source, "id") if kind == "customer" else identifier(source.get("customer")),
        subscription=_subscription_id(kind, source),
        object=text(source, "id"),
        amount=amount,
        currency=currency,
    )


def _cut(value: object) -> object:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _subscription_id(kind: str, source: Source) -> str | None:
    if kind == "subscription":
        return text(source, "id")
    parent = inner(inner(source, "parent"), "subscription_details").get("subscription")
    return identifier(source.get("subscription") or parent or source.get("released_subscription"))


def _amount(kind: str, source: Source) -> tuple[int | None, str | None]:
    currency = text(source, "currency")
    if kind == "invoice":
        return whole(source, "amount_due"), currency
    if kind == "subscription":
        return monthly(Subscription.of(source)).get(currency or ""), currency
    return whole(source, "amount"), currency


def monthly(subscription: Subscription) -> dict[str, int]:
    """What a subscription brings in a month by currency, before discounts and usage, in smallest units."""
    total: dict[str, int] = {}
    for item in () if subscription.items is MISSING else subscription.items:
        price = item.price
        if price is None or price.unit_amount is None or not price.currency:
            continue
        months = _MONTHS.get(price.interval or "", 0) * (price.interval_count or 1)
        if months:
            share = price.unit_amount * (item.quantity or 1) / months
            total[price.currency] = total.get(price.currency, 0) + round(share)
    return total


_MONTHS = {"day": 12 / 365, "week": 12 / 52, "month": 1, "year": 12}


def _subscription(source: Source, previous: Source) -> Facts:
    subscription = Subscription.of(source)
    details = inner(source, "cancellation_details")
    before = Subscription.of(previous)
    return {
        **_plan("", subscription),
        **(_plan("former_", before) if before.items is not MISSING else {}),
        "status": subscription.status if subscription.status is not MISSING else None,
        "former_status": text(previous, "status"),
        "ends_at": _ends_at(subscription),
        "canceled_at": subscription.canceled_at,
        "ended_at": subscription.ended_at,
        "trial_end": subscription.trial_end,
        "reason": text(details, "reason"),
        "feedback": text(details, "feedback"),
        "feedback_option": text(mapping(details.get("feedback_option")), "text"),
        "comment": text(details, "comment"),
        "resumes_at": subscription.pause_resumes_at,
        "paused_reason": subscription.paused_reason,
        "coupons": _coupons(source),
    }


def _plan(prefix: str, subscription: Subscription) -> dict[str, object]:
    items = () if subscription.items is MISSING else subscription.items
    first = items[0] if items else Item("")
    price = first.price
    return {
        f"{prefix}plan": (price.product_name or price.nickname or price.lookup_key) if price else None,
        f"{prefix}price": price.id if price else None,
        f"{prefix}unit_amount": price.unit_amount if price else None,
        f"{prefix}price_currency": price.currency if price else None,
        f"{prefix}interval": price.interval if price else None,
        f"{prefix}interval_count": price.interval_count if price else None,
        f"{prefix}quantity": first.quantity,
    }


def _ends_at(subscription: Subscription) -> int | None:
    if subscription.cancel_at:
        return subscription.cancel_at
    return subscription.current_period_end if subscription.cancel_at_period_end is True else None


def _coupons(source: Source) -> list[str]:
    found = (mapping(each) for each in (*entries(source.get("discounts")), source.get("discount")))
    ids = (identifier(each.get("coupon") or inner(each, "source").get("coupon")) for each in found)
    return [each for each in ids if each]


def _invoice(source: Source, _previous: Source) -> Facts:
    error = inner(source, "last_finalization_error")
    return {
        "number": text(source, "number"),
        "name": text(source, "customer_name"),
        "attempt": whole(source, "attempt_count"),
        "next_attempt": moment(source, "next_payment_attempt"),
        "due": moment(source, "due_date"),
        "status": text(source, "status"),
        "error": text(error, "message"),
        "error_code": text(error, "code"),
    }


def _dispute(source: Source, _previous: Source) -> Facts:
    return {
        "reason": text(source, "reason"),
        "status": text(source, "status"),
        "due": moment(inner(source, "evidence_details"), "due_by"),
        "charge": identifier(source.get("charge")),
    }


def _fraud_warning(source: Source, _previous: Source) -> Facts:
    return {
        "fraud_type": text(source, "fraud_type"),
        "actionable": flag(source, "actionable"),
        "charge": identifier(source.get("charge")),
    }


def _payout(source: Source, _previous: Source) -> Facts:
    return {
        "error": text(source, "failure_message"),
        "error_code": text(source, "failure_code"),
        "arrival": moment(source, "arrival_date"),
    }


def _configuration(source: Source, previous: Source) -> Facts:
    return {
        "name": text(source, "name"),
        "active": flag(source, "active"),
        "is_default": flag(source, "is_default"),
        "changes": differences(previous, source),
    }


def differences(before: Source, after: Source, path: str = "") -> list[dict[str, object]]:
    """What changed, as `path`, `before` and `after`; lists by their length. At most a dozen."""
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


def _portal_session(source: Source, _previous: Source) -> Facts:
    return {
        "flow": text(inner(source, "flow"), "type"),
        "configuration": identifier(source.get("configuration")),
    }


def _payment_method(source: Source, _previous: Source) -> Facts:
    method = PaymentMethod.of(source)
    return {"type": method.type, "brand": method.brand, "last4": method.last4}


def _customer(source: Source, previous: Source) -> Facts:
    customer = Customer.of(source)
    return {"name": customer.name, "changed": ", ".join(sorted(map(str, previous))) or None}


def _tax_id(source: Source, _previous: Source) -> Facts:
    return {"type": text(source, "type"), "country": text(source, "country")}


def _schedule(source: Source, _previous: Source) -> Facts:
    return {
        "status": text(source, "status"),
        "changes_at": moment(inner(source, "current_phase"), "end_date"),
        "phases": len(entries(source.get("phases"))),
    }


def _billing_alert(source: Source, _previous: Source) -> Facts:
    alert = inner(source, "alert")
    return {"title": text(alert, "title"), "value": str(source.get("value", ""))[:40] or None}


def _other(_source: Source, _previous: Source) -> Facts:
    return {}


_READERS: Mapping[str, Callable[[Source, Source], Facts]] = {
    "subscription": _subscription,
    "invoice": _invoice,
    "dispute": _dispute,
    "radar.early_fraud_warning": _fraud_warning,
    "payout": _payout,
    "billing_portal.configuration": _configuration,
    "billing_portal.session": _portal_session,
    "payment_method": _payment_method,
    "customer": _customer,
    "tax_id": _tax_id,
    "subscription_schedule": _schedule,
    "billing.alert_triggered": _billing_alert,
}
