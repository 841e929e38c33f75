"""What an object's state asks of people: how urgent it is, how it ended, and which words say it.

One table by kind of object and status. The words stand in `messages/alerts.yaml` and
`messages/alert_todos.yaml` under `<template>.<state>`; facts are what `bot.alerts.facts` read off the event.
Dispute statuses: Stripe's SDK (`stripe/_dispute.py`); that a `created` event can be an inquiry, or lost at
birth, was observed in recorded events.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.alerts.alert import Facts, Severity


class Outcome(StrEnum):
    """How a matter ended that needs nobody any more; it decides the mark of a resolved alert."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class State:
    """A state by its key; `severity` is the most it warrants, `outcome` None while it is not over."""

    key: str
    severity: Severity = Severity.PAGE
    outcome: Outcome | None = None


UNKNOWN = State("")

_NOTIFY = Severity.NOTIFY
_GOOD, _BAD, _NEUTRAL = Outcome.GOOD, Outcome.BAD, Outcome.NEUTRAL

STATES: Mapping[str, Mapping[str, State]] = {
    kind: {state.key: state for state in states}
    for kind, states in {
        "dispute": (
            State("inquiry", _NOTIFY),
            State("inquiry_answered", _NOTIFY),
            State("inquiry_late", _NOTIFY),
            State("inquiry_closed", _NOTIFY, _GOOD),
            State("open"),
            State("staged"),
            State("late", _NOTIFY),
            State("no_response", _NOTIFY),
            State("answered", _NOTIFY),
            State("answered_late", _NOTIFY),
            State("under_review", _NOTIFY),
            State("appeal"),
            State("appeal_review", _NOTIFY),
            State("prevented", _NOTIFY, _GOOD),
            State("refunded", _NOTIFY, _NEUTRAL),
            State("won", _NOTIFY, _GOOD),
            State("lost", _NOTIFY, _BAD),
            State("final", _NOTIFY, _BAD),
        ),
        "radar.early_fraud_warning": (State("open"), State("over", _NOTIFY, _NEUTRAL)),
        "invoice": (
            State("open"),
            State("paid", _NOTIFY, _GOOD),
            State("void", _NOTIFY, _NEUTRAL),
            State("uncollectible", _NOTIFY, _BAD),
        ),
        "charge": (
            State("failed"),
            State("pending", _NOTIFY),
            State("refunded", _NOTIFY, _NEUTRAL),
            State("partly_refunded", _NOTIFY, _NEUTRAL),
            State("reserved", _NOTIFY),
            State("released", _NOTIFY, _NEUTRAL),
            State("paid", _NOTIFY, _GOOD),
        ),
        "refund": (
            State("failed", _NOTIFY),
            State("requires_action", _NOTIFY),
            State("pending", _NOTIFY),
            State("canceled", _NOTIFY, _NEUTRAL),
            State("succeeded", _NOTIFY, _GOOD),
        ),
        "payout": (
            State("failed"),
            State("canceled", _NOTIFY, _NEUTRAL),
            State("pending", _NOTIFY),
            State("in_transit", _NOTIFY),
            State("paid", _NOTIFY, _GOOD),
        ),
        "subscription": (
            State("ended", outcome=_BAD),
            State("never_started", _NOTIFY, _NEUTRAL),
            State("set_to_end", _NOTIFY),
            State("end_waits", _NOTIFY),
            State("paused", _NOTIFY),
            State("past_due"),
            State("unpaid"),
            State("trialing", _NOTIFY),
            State("incomplete", _NOTIFY),
            State("goes_on", _NOTIFY),
        ),
    }.items()
}
"""Every state there is, by the kind of object."""


def state_of(facts: Facts) -> State:
    """Find the state that facts show; `UNKNOWN` for kinds and statuses that are not in the table."""
    kind = str(facts.get("kind") or "")
    find = _FINDERS.get(kind)
    if find is None:
        return UNKNOWN
    return STATES[kind].get(find(facts), UNKNOWN)


def _dispute(facts: Facts) -> str:
    find = _DISPUTES.get(str(facts.get("status")))
    return find(facts) if find else ""


def _inquiry(facts: Facts) -> str:
    if facts.get("submissions"):
        return "inquiry_answered"
    return "inquiry_late" if facts.get("is_late") else "inquiry"


def _needs_response(facts: Facts) -> str:
    if facts.get("submissions"):
        return "answered_late" if facts.get("past_due") else "answered"
    if facts.get("no_response_allowed"):
        return "no_response"
    if facts.get("is_late") or facts.get("past_due"):
        return "late"
    return "staged" if facts.get("has_evidence") else "open"


def _lost(facts: Facts) -> str:
    return "final" if facts.get("event") == "charge.dispute.created" else "lost"


_DISPUTES: Mapping[str, Callable[[Facts], str]] = {
    "warning_needs_response": _inquiry,
    "warning_under_review": lambda _: "inquiry_answered",
    "warning_closed": lambda _: "inquiry_closed",
    "needs_response": _needs_response,
    "under_review": lambda facts: "answered_late" if facts.get("past_due") else "under_review",
    "appeal_needs_response": lambda _: "appeal",
    "appeal_under_review": lambda _: "appeal_review",
    "prevented": lambda _: "prevented",
    "charge_refunded": lambda _: "refunded",
    "won": lambda _: "won",
    "lost": _lost,
}


def _fraud_warning(facts: Facts) -> str:
    return "over" if facts.get("actionable") is False else "open"


def _invoice(facts: Facts) -> str:
    status = facts.get("status")
    return "open" if status in {None, "draft"} else str(status)


def _charge(facts: Facts) -> str:
    if facts.get("captured") is False and facts.get("status") == "succeeded":
        return "released" if facts.get("refunded") else "reserved"
    if facts.get("event") == "charge.captured":
        return "paid"  # what was not taken counts as refunded
    if facts.get("refunded"):
        return "refunded" if facts["refunded"] == facts.get("total") else "partly_refunded"
    return {"succeeded": "paid"}.get(str(facts.get("status")), str(facts.get("status")))


def _same(facts: Facts) -> str:
    return str(facts.get("status"))


def _subscription(facts: Facts) -> str:
    status = facts.get("status")
    if status == "incomplete_expired":
        return "never_started"
    if status == "canceled" or facts.get("ended_at"):
        return "ended"
    if facts.get("ends_at"):
        return "set_to_end"
    if facts.get("end_waits"):
        return "end_waits"
    if status in {"paused", "past_due", "unpaid", "trialing", "incomplete"}:
        return str(status)
    return "goes_on" if status == "active" else ""


_FINDERS: Mapping[str, Callable[[Facts], str]] = {
    "dispute": _dispute,
    "radar.early_fraud_warning": _fraud_warning,
    "invoice": _invoice,
    "charge": _charge,
    "refund": _same,
    "payout": _same,
    "subscription": _subscription,
}
