"""Alerts whose date passes: Stripe sends no event when nobody has answered a dispute in time."""

from typing import Final

from sqlalchemy import Connection

from bot.alerts.alert import Alert
from bot.alerts.merging import late
from bot.alerts.rows.reading import alert_of, changed, select_alerts
from bot.alerts.rows.tables import NOT_RESOLVED, alerts
from bot.store.database import Database

_WITH_DATES: Final = ("dispute", "dispute_escalated", "dispute_updated", "dispute_money")
_UNRESOLVED: Final = (
    select_alerts()
    .where(alerts.c.rule.in_(_WITH_DATES), NOT_RESOLVED)
    .order_by(alerts.c.id)
    .with_for_update(skip_locked=True)
)


async def pass_due_dates(database: Database, now: int) -> tuple[Alert, ...]:
    """Change the unresolved disputes whose date is over, and return them. Raises Unavailable."""

    def work(connection: Connection) -> tuple[Alert, ...]:
        found = [alert_of(row) for row in connection.execute(_UNRESOLVED)]
        passed = [(alert, late(alert, now)) for alert in found]
        return tuple(
            changed(connection, alert, now, values) for alert, values in passed if values is not None
        )

    return await database.write(work)
