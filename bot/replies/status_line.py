"""How a subscription stands: its status, and what Stripe keeps beside it.

An `active` subscription may be paused, about to end, about to change or waiting for a payment; the status
alone says nothing of that.
"""

from collections.abc import Iterator, Sequence

from bot.portal.models import LIVE_SCHEDULE, MISSING, Phase, Price, Schedule, Subscription
from bot.replies.price import price_in_sentence
from bot.words import Words

_OVER = frozenset({"canceled", "incomplete_expired"})
_RENEWING = frozenset({"active", "past_due"})

Clause = tuple[str, dict[str, object]]
"""A key of `messages/status_clauses.yaml`, and what stands in its blanks."""


def status_line(words: Words, subscription: Subscription) -> str:
    """Say in mrkdwn how a subscription stands, e.g. `active · renews 15 December`."""
    status = "" if subscription.status is MISSING else subscription.status
    told = [status_words(words, status, subscription.paused_reason, subscription.trial_end)]
    told += [words.markup("status_clauses", key, facts) for key, facts in _clauses(words, subscription)]
    return words.markup("plans", "status", {"told": told})


def status_words(words: Words, status: str, reason: str | None = None, trial_end: int | None = None) -> str:
    """Say in mrkdwn what a status means; one that is new is said as Stripe says it.

    `reason` is why a paused subscription is, `trial_end` when a trial ends (Unix seconds).
    """
    facts = {"status": status, "reason": reason, "trial_end": trial_end}
    return words.markup("statuses", status if status in words.keys("statuses") else "unknown", facts)


def _clauses(words: Words, subscription: Subscription) -> Iterator[Clause]:
    if subscription.status in _OVER:
        if subscription.ended_at:
            yield "ended", {"at": subscription.ended_at}
        return
    yield from _trial_offers(subscription)
    if subscription.has_pause_collection:
        behavior = subscription.pause_behavior
        yield "collection_paused", {"at": subscription.pause_resumes_at, "behavior": behavior}
    schedule = _live_schedule(subscription)
    if subscription.cancel_at or subscription.cancel_at_period_end is True:
        yield "ends", {"at": subscription.cancel_at or subscription.current_period_end}
    elif schedule is not None and (end := _end(schedule)) is not None:
        yield "ends", {"at": end}
    elif _renews(subscription):
        yield "renews", {"at": subscription.current_period_end}
    if subscription.has_pending_update:
        to = _named(words, [item.price for item in subscription.pending_update_items])
        yield "pending", {"to": to, "at": subscription.pending_update_expires_at}
    if schedule is not None:
        yield from _scheduled(words, subscription, schedule)
    elif subscription.schedule is not None and subscription.schedule.object is None:
        yield "scheduled", {}


def _renews(subscription: Subscription) -> bool:
    runs_on = subscription.status in _RENEWING and not subscription.has_pause_collection
    return runs_on and subscription.current_period_end is not None


def _trial_offers(subscription: Subscription) -> Iterator[Clause]:
    """Paid trials are kept on the items, while the subscription is `active`."""
    items = () if subscription.items is MISSING else subscription.items
    on_trial = [item for item in items if item.has_current_trial]
    if on_trial and subscription.status != "trialing":
        yield "trial_offer", {"at": on_trial[0].current_trial_end}


def _live_schedule(subscription: Subscription) -> Schedule | None:
    schedule = subscription.schedule.object if subscription.schedule else None
    return schedule if schedule is not None and schedule.status in LIVE_SCHEDULE else None


def _end(schedule: Schedule) -> int | None:
    """When the subscription ends with its schedule, in Unix seconds."""
    if schedule.end_behavior != "cancel" or schedule.phases is MISSING:
        return None
    return max((phase.end_date for phase in schedule.phases if phase.end_date), default=None)


def _scheduled(words: Words, subscription: Subscription, schedule: Schedule) -> Iterator[Clause]:
    phase = _next_phase(subscription, schedule)
    if phase is not None:
        items = () if subscription.items is MISSING else subscription.items
        present = [item.price.id for item in items if item.price]
        to = _named(words, phase.known) if len(phase.known) == len(phase.prices) else ""
        quantity = phase.quantities[0] if len(phase.quantities) == 1 else None
        yield (
            "changes",
            {
                "at": phase.start_date,
                "to": "" if list(phase.prices) == present else to,
                "other_plan": list(phase.prices) != present,
                "quantity": quantity if items and quantity != items[0].quantity else None,
            },
        )
    pauses = [pause.pause_at for pause in schedule.pauses if pause.status == "scheduled" and pause.pause_at]
    if pauses:
        yield "pause_planned", {"at": min(pauses)}


def _next_phase(subscription: Subscription, schedule: Schedule) -> Phase | None:
    """The first phase after the present one; where that is not said, after the period's start."""
    if schedule.phases is MISSING:
        return None
    items = () if subscription.items is MISSING else subscription.items
    began = max((item.current_period_start or 0 for item in items), default=0)
    since = schedule.current_end or (began + 1)
    later = [phase for phase in schedule.phases if phase.start_date and phase.start_date >= since]
    return min(later, key=lambda phase: phase.start_date or 0, default=None)


def _named(words: Words, prices: Sequence[Price | None]) -> str:
    return ", ".join(price_in_sentence(words, price) for price in prices if price)
