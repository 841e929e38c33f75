"""Alerts that are not over, in the order to look at them, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from bot.alerts.alert import Alert, Severity, Status
from bot.alerts.rows.reading import alert_of, select_alerts
from bot.alerts.rows.tables import alerts

# By name: there is an index of these, and none of "anything but resolved" in the order of numbers.
UNRESOLVED = [status.value for status in Status if status is not Status.RESOLVED]


@dataclass(frozen=True, slots=True)
class UrgentAlerts:
    """Those of `total` alerts that come after the first `skipped`; `waiting` of all need somebody."""

    alerts: Sequence[Alert]
    skipped: int
    total: int
    waiting: int


def read_urgent(connection: Connection, person: str, skipped: int, limit: int) -> UrgentAlerts:
    """Read some of the alerts, by their urgency for `person` (a Slack user id) and the oldest first.

    Begin with the first when fewer than `skipped` are there.
    """
    is_unresolved = alerts.c.status.in_(UNRESOLVED)
    counting = select(alerts.c.status, func.count()).where(is_unresolved).group_by(alerts.c.status)
    counts = {row[0]: int(row[1]) for row in connection.execute(counting)}
    total = sum(counts.values())
    skipped = skipped if skipped < total else 0
    query = select_alerts().where(is_unresolved)
    query = query.order_by(_rank(person), alerts.c.raised_at, alerts.c.id).limit(limit).offset(skipped)
    found = tuple(alert_of(row) for row in connection.execute(query))
    return UrgentAlerts(found, skipped, total, counts.get(Status.OPEN.value, 0))


def _rank(person: str) -> ColumnElement[int]:
    """Pages that nobody has taken, the person's own, what else is open, what others have, what is snoozed."""
    needs_somebody = alerts.c.status == Status.OPEN.value
    return case(
        (needs_somebody & (alerts.c.severity == Severity.PAGE.value), 0),
        (alerts.c.status == Status.SNOOZED.value, 4),
        (or_(alerts.c.assignee == person, alerts.c.acknowledged_by == person), 1),
        (needs_somebody, 2),
        else_=3,
    )
