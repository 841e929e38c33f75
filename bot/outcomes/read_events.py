"""What a Stripe event says of a customer: a session that was opened, or what changed.

Sources: the `billing_portal.session` object and Stripe's event object in the installed `stripe` package.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.alerts.changes import Source, changed, coupon_changes, plan_changes
from bot.alerts.subscription_facts import line_facts
from bot.durations import MINUTE
from bot.outcomes.link_actions import Action, Change, Session
from bot.portal.models.reading import flag, identifier, inner, mapping, text, whole
from bot.store.events import StoredEvent

CHECKOUT_SECONDS = 2 * MINUTE
"""How long before and after a completed checkout something may have been done by it."""
AT_ONCE_SECONDS = 5 * MINUTE
"""An end this long after it was asked for was planned, and comes by itself."""
_DETAILS = frozenset({"name", "email", "phone", "address", "shipping", "preferred_locales", "business_name"})


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """What an event says of a customer."""

    customer: str
    session: Session | None = None
    changes: tuple[Change, ...] = ()


def read_customer_event(event: StoredEvent) -> CustomerEvent | None:
    """Read an event; None when it says nothing of a session or of what a customer can do in the portal."""
    read = _READERS.get(event.type)
    if read is None:
        return None
    data = inner(event.payload, "data")
    source, previous = inner(data, "object"), inner(data, "previous_attributes")
    is_customer = text(source, "object") == "customer"
    owner = source.get("id") if is_customer else source.get("customer") or previous.get("customer")
    customer = identifier(owner) or text(source, "customer_account")
    if customer is None:
        return None
    # Stripe's event object: the id of the API request that caused it, null when none did.
    asked = identifier(event.payload.get("request")) is not None
    found = read(source, previous, event.created)
    if isinstance(found, Session):
        return CustomerEvent(customer, found)
    subscription = identifier(source) if text(source, "object") == "subscription" else None
    changes = tuple(
        Change(
            action,
            event.created,
            None if action is Action.CARD_CHANGED else subscription,
            asked or automatic,
            facts,
        )
        for action, automatic, facts in found
    )
    return CustomerEvent(customer, changes=changes) if changes else None


Found = list[tuple[Action, bool, Mapping[str, object]]]
"""Each action, whether Stripe did it by itself, and its facts."""


def _session(source: Source, _previous: Source, at: int) -> Session | Found:
    session, flow = text(source, "id"), inner(source, "flow")
    kind = text(flow, "type")
    if session is None:
        return []
    return Session(
        session,
        whole(source, "created") or at,
        flow=kind,
        subscription=identifier(inner(flow, kind).get("subscription")) if kind else None,
        then=text(inner(flow, "after_completion"), "type"),
    )


def _checkout(source: Source, _previous: Source, at: int) -> Session | Found:
    session = text(source, "id")
    return Session(session, at - CHECKOUT_SECONDS, until=at + CHECKOUT_SECONDS) if session else []


def _method_attached(source: Source, _previous: Source, _at: int) -> Found:
    card = inner(source, "card")
    facts = {"type": text(source, "type"), "brand": text(card, "brand"), "last4": text(card, "last4")}
    return [(Action.CARD_CHANGED, False, facts)]


def _method_detached(_source: Source, _previous: Source, _at: int) -> Found:
    return [(Action.CARD_REMOVED, False, {})]


def _tax_id(_source: Source, _previous: Source, _at: int) -> Found:
    return [(Action.DETAILS_CHANGED, False, {})]


def _customer(source: Source, previous: Source, _at: int) -> Found:
    names = changed(source, previous)
    found: Found = []
    if names & _DETAILS:
        found.append((Action.DETAILS_CHANGED, False, {}))
    if inner(source, "invoice_settings").get("default_payment_method") and "default_payment_method" in inner(
        previous, "invoice_settings"
    ):
        found.append((Action.CARD_CHANGED, False, {}))
    return found


def _subscription(source: Source, previous: Source, _at: int) -> Found:
    by_schedule = bool(source.get("schedule") or previous.get("schedule"))
    names = changed(source, previous)
    found: Found = []
    for each in plan_changes(source, previous)[:1]:
        sides = {
            "before": line_facts(each.before) if each.before else None,
            "after": line_facts(each.after) if each.after else None,
        }
        # The phases of a schedule follow each other without anybody.
        found.append((Action.PLAN_CHANGED, by_schedule, sides))
    if "schedule" in names and source.get("schedule") and not previous.get("schedule"):
        found.append((Action.PLAN_CHANGE_PLANNED, False, {}))
    found += _end(source, names, by_schedule)
    found += _pause(source, previous)
    if coupon_changes(source, previous)[0]:
        found.append((Action.DISCOUNT_TAKEN, False, {}))
    if "default_payment_method" in names and source.get("default_payment_method"):
        found.append((Action.CARD_CHANGED, False, {}))
    return found


def _end(source: Source, names: frozenset[str], by_schedule: bool) -> Found:
    details = inner(source, "cancellation_details")
    said = {name: text(details, name) for name in ("feedback", "comment")}
    said["feedback_option"] = identifier(details.get("feedback_option"))
    said["feedback_text"] = text(mapping(details.get("feedback_option")), "description")
    ends = bool(source.get("cancel_at")) or flag(source, "cancel_at_period_end") is True
    if {"cancel_at", "cancel_at_period_end"} & names:
        if not ends:
            return [(Action.CANCELLATION_UNDONE, by_schedule, {})]
        ended_by_stripe = by_schedule or text(details, "reason") not in {None, "cancellation_requested"}
        return [(Action.CANCELED, ended_by_stripe, {"ends_at": whole(source, "cancel_at"), **said})]
    if "cancellation_details" in names and any(said.values()):
        return [(Action.REASON_GIVEN, False, said)]
    return []


def _pause(source: Source, previous: Source) -> Found:
    before, now = text(previous, "status"), text(source, "status")
    if now == "paused" and before not in {None, "paused"}:
        asked_for = inner(inner(inner(source, "status_details"), "paused"), "subscription")
        by_stripe = text(asked_for, "type") != "pause_requested"
        return [(Action.PAUSED, by_stripe, {})]
    return [(Action.RESUMED, False, {})] if before == "paused" and now == "active" else []


def _deleted(source: Source, _previous: Source, at: int) -> Found:
    details = inner(source, "cancellation_details")
    asked_at = whole(source, "canceled_at")
    if text(details, "reason") != "cancellation_requested" or asked_at is None:
        return []
    if at - asked_at > AT_ONCE_SECONDS:
        return []  # asked for earlier, and over now
    facts = {
        "ended": True,
        "feedback": text(details, "feedback"),
        "feedback_option": identifier(details.get("feedback_option")),
    }
    return [(Action.CANCELED, bool(source.get("schedule")), facts)]


_READERS: Mapping[str, Callable[[Source, Source, int], Session | Found]] = {
    "billing_portal.session.created": _session,
    "checkout.session.completed": _checkout,
    "payment_method.attached": _method_attached,
    "payment_method.detached": _method_detached,
    "customer.tax_id.created": _tax_id,
    "customer.tax_id.deleted": _tax_id,
    "customer.updated": _customer,
    "customer.subscription.updated": _subscription,
    "customer.subscription.deleted": _deleted,
}
EVENTS = tuple(sorted(_READERS))
"""The types of events that say something."""
