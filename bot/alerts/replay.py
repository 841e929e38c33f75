"""What a sequence of events leads to, without a database: for trying rules, and for the sheet of alerts.

It merges as the store does. Mutes, storms and rates, which need a history, are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.alerts.alert import Alert, Occurrence, Severity, Status
from bot.alerts.merging import counted, ended, followed


@dataclass(frozen=True, slots=True)
class Replayed:
    """The last occurrence of a group, and the alert as it is after it."""

    occurrence: Occurrence
    alert: Alert


def replay(occurrences: Iterable[Occurrence]) -> tuple[Replayed, ...]:
    """Let occurrences happen in this order; every group's last state, in the order the groups came up."""
    groups: dict[str, Replayed] = {}
    for each in occurrences:
        # What is only collected or ignored is no part of the group's alert, unless it ends or follows one.
        is_part = each.severity in {Severity.PAGE, Severity.NOTIFY} or (
            (each.resolves or each.follows) and each.group_key in groups
        )
        key = each.group_key if is_part else f"{each.severity.value}:{each.rule}:{each.group_key}"
        earlier = groups.get(key)
        groups[key] = Replayed(each, _next(earlier.alert, each) if earlier else preview(each))
    return tuple(groups.values())


def _next(alert: Alert, occurrence: Occurrence) -> Alert:
    is_over = alert.status is Status.RESOLVED
    if occurrence.resolves and not is_over and occurrence.at >= alert.last_at:
        return _changed(alert, ended(alert, occurrence, occurrence.at))
    if is_over and (occurrence.follows or occurrence.resolves or occurrence.at <= alert.last_at):
        return _changed(alert, followed(alert, occurrence))
    if is_over:
        return preview(occurrence)
    return _changed(alert, counted(alert, occurrence))


def _changed(alert: Alert, values: dict[str, Any]) -> Alert:
    if "severity" in values:
        values = {**values, "severity": Severity(values["severity"])}
    if "status" in values:
        values = {**values, "status": Status(values["status"])}
    return replace(alert, **values)


def preview(occurrence: Occurrence) -> Alert:
    """Make the alert that an occurrence would raise; one that only ends others is shown as over."""
    at = occurrence.at
    is_over = occurrence.resolves and not occurrence.follows
    return Alert(
        id=0,
        rule=occurrence.rule,
        template=occurrence.template,
        severity=occurrence.severity,
        group_key=occurrence.group_key,
        status=Status.RESOLVED if is_over else Status.OPEN,
        livemode=occurrence.livemode,
        facts=occurrence.facts,
        about={},
        customer=occurrence.customer,
        subscription=occurrence.subscription,
        object=occurrence.object,
        amount=occurrence.amount,
        currency=occurrence.currency,
        runbook=occurrence.runbook,
        count=int(occurrence.counts),
        first_at=at,
        last_at=at,
        raised_at=at,
        changed_at=at,
        episode=1,
        escalated_episode=0,
        resolved_at=at if is_over else None,
        channel=occurrence.channel,
        revision=1,
        posted_revision=0,
    )
