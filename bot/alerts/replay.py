"""What a sequence of events leads to, without a database: for trying rules, and for the sheet of alerts.

It merges as the store does. Mutes, storms and rates, which need a history, are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.alerts.alert import Alert, Occurrence, Severity, Status
from bot.alerts.merging import counted, ended, followed, raised


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
        return replace(alert, **ended(alert, occurrence, occurrence.at))
    if is_over and (occurrence.follows or occurrence.resolves or occurrence.at <= alert.last_at):
        return replace(alert, **followed(alert, occurrence))
    if is_over:
        return preview(occurrence)
    return replace(alert, **counted(alert, occurrence))


def preview(occurrence: Occurrence) -> Alert:
    """Make the alert that an occurrence would raise; one that only ends others is shown as over."""
    alert = Alert(id=0, **raised(occurrence, occurrence.group_key, occurrence.at))
    if occurrence.resolves and not occurrence.follows:
        return replace(alert, status=Status.RESOLVED, resolved_at=occurrence.at)
    return alert
