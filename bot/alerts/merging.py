"""What one more occurrence changes about an alert. Pure: the store and `alerts test` both go by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.alerts.alert import Alert, Facts, Occurrence, Severity, Status
from bot.alerts.states import state_of

_URGENCY = (Severity.IGNORE, Severity.DIGEST, Severity.NOTIFY, Severity.PAGE)
ADDED_UP = "changes"
"""The fact that is added up instead of replaced: what was changed in several steps."""


def less_urgent(one: Severity, other: Severity) -> Severity:
    """Return the less urgent of two severities."""
    return min(one, other, key=_URGENCY.index)


def raised(occurrence: Occurrence, group_key: str, now: int) -> dict[str, Any]:
    """Return the values of the alert that this raises; one with another group's key stands for many."""
    is_storm = group_key != occurrence.group_key
    return {
        "rule": occurrence.rule,
        "template": occurrence.template,
        "severity": occurrence.severity,
        "group_key": group_key,
        "status": Status.OPEN,
        "storm": is_storm,
        "livemode": occurrence.livemode,
        "facts": occurrence.facts,
        "about": {},
        "customer": None if is_storm else occurrence.customer,
        "subscription": None if is_storm else occurrence.subscription,
        "object": None if is_storm else occurrence.object,
        "amount": occurrence.amount,
        "currency": occurrence.currency,
        "runbook": occurrence.runbook,
        "count": int(occurrence.counts),
        "first_at": occurrence.at,
        "last_at": occurrence.at,
        "raised_at": now,
        "changed_at": now,
        "episode": 1,
        "escalated_episode": 0,
        "channel": occurrence.channel,
        "revision": 1,
        "posted_revision": 0,
    }


def counted(alert: Alert, occurrence: Occurrence) -> dict[str, Any]:
    """Return the new values of an alert that is not over when this happens too."""
    is_newer = occurrence.at >= alert.last_at
    values: dict[str, Any] = {
        "facts": _facts(alert, occurrence, is_newer=is_newer),
        "count": alert.count + int(occurrence.counts),
        "first_at": min(alert.first_at, occurrence.at),
        "last_at": max(alert.last_at, occurrence.at),
    }
    if is_newer:
        values |= _replaced(alert, occurrence)
    got_worse = occurrence.severity is Severity.PAGE and alert.severity is not Severity.PAGE
    if got_worse and (is_newer or not occurrence.by_state):
        # It got worse: whoever took care of the smaller matter has not seen this one.
        values |= {"severity": Severity.PAGE, "status": Status.OPEN}
        values |= {"episode": alert.episode + 1, "snoozed_until": None, "template": occurrence.template}
    elif _eases(alert, occurrence, is_newer=is_newer):
        values["severity"] = occurrence.severity
        if alert.status is Status.OPEN:
            # Another episode ends the escalation that the worse state began.
            values["episode"] = alert.episode + 1
    return values


def followed(alert: Alert, occurrence: Occurrence) -> dict[str, Any]:
    """Return the new values of an alert that may be over, when this only tells what became of it."""
    is_newer = occurrence.at >= alert.last_at
    return {
        "facts": _facts(alert, occurrence, is_newer=is_newer),
        "last_at": max(alert.last_at, occurrence.at),
    }


def late(alert: Alert, now: int) -> dict[str, Any] | None:
    """Return the new values of an alert whose date has passed without an event; None when nothing changes."""
    due = alert.facts.get("due")
    if alert.storm or not isinstance(due, int) or due > now or alert.facts.get("is_late"):
        return None
    facts = {**alert.facts, "is_late": True}
    before, after = state_of(alert.facts), state_of(facts)
    if before == after:
        return None
    values: dict[str, Any] = {"facts": facts}
    if less_urgent(alert.severity, after.severity) is not alert.severity:
        values["severity"] = after.severity
        if alert.status is Status.OPEN:
            values["episode"] = alert.episode + 1  # ends the escalation
    return values


def ended(alert: Alert, occurrence: Occurrence, now: int) -> dict[str, Any]:
    """Return the new values of an alert that this ends, with the facts of the end."""
    severity = {"severity": occurrence.severity} if occurrence.by_state else {}
    return {
        **severity,
        "status": Status.RESOLVED,
        "resolved_at": now,
        "resolved_by": None,
        "snoozed_until": None,
        "facts": _facts(alert, occurrence, is_newer=True),
    }


def _facts(alert: Alert, occurrence: Occurrence, *, is_newer: bool) -> dict[str, object]:
    mine = occurrence.facts
    if not is_newer:
        return merged(mine, alert.facts)
    return merged(alert.facts, mine, order_is_known=occurrence.at > alert.last_at)


def _replaced(alert: Alert, occurrence: Occurrence) -> dict[str, object]:
    values: dict[str, object] = {}
    if occurrence.amount is not None:
        values |= {"amount": occurrence.amount, "currency": occurrence.currency}
    if less_urgent(alert.severity, occurrence.severity) is alert.severity:
        values["template"] = occurrence.template
    if alert.customer is None and not alert.storm:
        values["customer"] = occurrence.customer
    return values


def _eases(alert: Alert, occurrence: Occurrence, *, is_newer: bool) -> bool:
    is_lower = occurrence.severity is not alert.severity
    return occurrence.by_state and is_newer and is_lower and not alert.storm


def merged(older: Facts, newer: Facts, *, order_is_known: bool = True) -> dict[str, object]:
    """Merge the facts of two events.

    Of two pictures of the same kind of object the newer replaces the older, also where a field is empty now.
    Of different kinds, and of two events of one second that may have arrived in either order, the newer wins
    wherever it says something.
    """
    is_same_kind = bool(older.get("kind")) and older.get("kind") == newer.get("kind")
    if is_same_kind and order_is_known:
        both = {**older, **newer}
    else:
        said = {name: value for name, value in newer.items() if value is not None}
        both = {**older, **{name: None for name in newer if name not in older}, **said}
    if is_same_kind and ADDED_UP in older and ADDED_UP in newer:
        both[ADDED_UP] = _added_up(older[ADDED_UP] or (), newer[ADDED_UP] or ())
    if is_same_kind and older.get("end_waits") and not newer.get("end_waits"):
        both["waited_to_end"] = True  # the event that ends the wait may not say for what it was
    return both


def _added_up(
    older: Sequence[Mapping[str, Any]], newer: Sequence[Mapping[str, Any]]
) -> list[dict[str, object]]:
    """Put two steps of change together: from what it was first to what it is last."""
    steps = {str(each.get("path")): dict(each) for each in older}
    for each in newer:
        first = steps.get(str(each.get("path")))
        steps[str(each.get("path"))] = {**each, "before": first["before"] if first else each.get("before")}
    return [step for step in steps.values() if step.get("before") != step.get("after")]
