"""Facts of a subscription: its plan, its end and what ended it, what changed, what it is worth a month."""

from collections.abc import Mapping, Sequence

from bot.alerts.alert import Facts
from bot.alerts.changes import PlanLine, Source, coupon_changes, coupon_of, plan_changes, plan_lines
from bot.portal.models import MISSING, Price, Subscription
from bot.portal.models.reading import entries, flag, identifier, inner, mapping, text

MOST_LINES = 10
TRIAL_LATENESS_SECONDS = 3600
"""How long after a trial's end Stripe may take to end the subscription for it."""
_MONTHS = {"day": 12 / 365, "week": 12 / 52, "month": 1, "year": 12}


def subscription_facts(source: Source, previous: Source, *, requested: bool) -> Facts:
    """Read a subscription; `requested`: the event names a request, so somebody asked for the change."""
    subscription = whole_subscription(source)
    details = inner(source, "cancellation_details")
    option = details.get("feedback_option")
    added, removed = coupon_changes(source, previous)
    lines = plan_lines(source)
    return {
        **(line_facts(lines[0]) if lines else {}),
        "more_items": max(0, len(lines) - 1),
        "plan_changes": [
            {
                "before": line_facts(change.before) if change.before else None,
                "after": line_facts(change.after) if change.after else None,
            }
            for change in plan_changes(source, previous)[:MOST_LINES]
        ],
        "status": subscription.status if subscription.status is not MISSING else None,
        "former_status": text(previous, "status"),
        "ends_at": _ends_at(subscription),
        "ended_at": subscription.ended_at,
        "as_planned": _as_planned(subscription),
        "ended_by": _ended_by(source, subscription, requested=requested),
        "end_waits": flag(inner(source, "pending_update"), "cancel_at_period_end") is True,
        "update_expires_at": subscription.pending_update_expires_at,
        "waited_to_end": flag(inner(previous, "pending_update"), "cancel_at_period_end") is True,
        "trial_end": subscription.trial_end,
        "no_card": _has_no_way_to_pay(subscription),
        "at_trial_end": _at_trial_end(source),
        "reason": text(details, "reason"),
        "feedback": text(details, "feedback"),
        "feedback_option": identifier(option),
        "feedback_text": text(mapping(option), "description"),
        "comment": text(details, "comment"),
        "collection_paused": subscription.has_pause_collection,
        "resumes_at": subscription.pause_resumes_at,
        "paused_reason": subscription.paused_reason,
        "sends_invoices": subscription.collection_method == "send_invoice",
        "coupons": list(added or _coupons(source)),
        "coupons_removed": list(removed),
    }


def whole_subscription(source: Source) -> Subscription:
    """Read the model also from events of a time when a subscription had a plan and no items."""
    if not isinstance(source.get("items"), Mapping | list) and source.get("plan"):
        item = {"plan": source.get("plan"), "quantity": source.get("quantity")}
        return Subscription.of({**source, "items": {"data": [item]}})
    return Subscription.of(source)


def line_facts(line: PlanLine) -> dict[str, object]:
    """Return what words need to name a line: plan, price and quantity."""
    is_plan = "unit_amount" not in line.price and "amount" in line.price
    price = Price.of({**line.price, "object": "plan"} if is_plan else line.price)
    return {
        "plan": price.product_name or text(line.price, "name") or price.nickname or price.lookup_key,
        "price": price.id or None,
        "unit_amount": price.unit_amount,
        "price_currency": price.currency,
        "interval": price.interval,
        "interval_count": price.interval_count,
        "by_usage": price.usage_type == "metered" or bool(price.meter),
        "quantity": line.quantity,
    }


def monthly(subscription: Subscription) -> dict[str, int]:
    """Sum up what it brings in a month by currency, before discounts and usage, in smallest units."""
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


def _ends_at(subscription: Subscription) -> int | None:
    if subscription.cancel_at:
        return subscription.cancel_at
    return subscription.current_period_end if subscription.cancel_at_period_end is True else None


def _as_planned(subscription: Subscription) -> bool:
    """Say whether it ended at the end that had been set for it, and not before."""
    planned = _ends_at(subscription)
    if planned is None:
        return subscription.cancel_at_period_end is True
    return bool(subscription.ended_at and subscription.ended_at >= planned - TRIAL_LATENESS_SECONDS)


def _ended_by(source: Source, subscription: Subscription, *, requested: bool) -> str | None:
    """Say what ended it or set its end, only where the event shows it; None names nobody."""
    reason = text(inner(source, "cancellation_details"), "reason")
    is_set = bool(subscription.cancel_at) or subscription.cancel_at_period_end is True
    if not (is_set or subscription.ended_at):
        return None
    if reason:
        return reason
    if subscription.ended_at and subscription.trial_end and not (is_set or requested):
        late = subscription.ended_at - subscription.trial_end
        if 0 <= late <= TRIAL_LATENESS_SECONDS:
            return "trial_without_card" if _at_trial_end(source) == "cancel" else "trial_end"
    if subscription.schedule is not None:
        return "schedule"
    return "request" if requested else None


def _at_trial_end(source: Source) -> str | None:
    """Read what Stripe does when the trial ends and there is no payment method."""
    return text(inner(inner(source, "trial_settings"), "end_behavior"), "missing_payment_method")


def _has_no_way_to_pay(subscription: Subscription) -> bool:
    """Say whether the subscription itself names none; the customer may still have a default."""
    return subscription.default_payment_method is None and subscription.default_source is None


def _coupons(source: Source) -> Sequence[str]:
    found = (mapping(each) for each in (*entries(source.get("discounts")), source.get("discount")))
    return [coupon for coupon in map(coupon_of, found) if coupon]
