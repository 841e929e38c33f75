"""Counts rows for `GET /metrics`: unresolved alerts, mails that are not sent, events that are not handled."""

from sqlalchemy import Connection, func, select

from bot.alerts.alert import Severity, Status
from bot.alerts.rows.tables import NOT_RESOLVED, alerts
from bot.mail.mail import State
from bot.mail.tables import mails
from bot.metrics import StoredCounts
from bot.store.database import Database
from bot.store.tables import stripe_events

_ALERTS = (
    select(alerts.c.severity, alerts.c.status, func.count())
    .where(NOT_RESOLVED)
    .group_by(alerts.c.severity, alerts.c.status)
)
_UNSENT = [state.value for state in State if state is not State.SENT]
_MAILS = select(mails.c.state, func.count()).where(mails.c.state.in_(_UNSENT)).group_by(mails.c.state)
_EVENTS = select(func.count()).select_from(stripe_events).where(stripe_events.c.handled_at.is_(None))


async def read_stored_counts(database: Database) -> StoredCounts:
    """Count the rows, with a 0 for every severity, status and state that has none. Raises Unavailable."""

    def work(connection: Connection) -> StoredCounts:
        counted = {
            (severity.value, status.value): 0
            for severity in (Severity.PAGE, Severity.NOTIFY)
            for status in Status
            if status is not Status.RESOLVED
        }
        for severity, status, count in connection.execute(_ALERTS):
            counted[severity, status] = count
        waiting = {state.shown: 0 for state in State if state is not State.SENT}
        for state, count in connection.execute(_MAILS):
            waiting[State(state).shown] += count
        return StoredCounts(counted, waiting, connection.scalar(_EVENTS) or 0)

    return await database.read(work)
