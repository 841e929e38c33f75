"""How far behind the bot is: events that wait, events that came late, mails that are stuck."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.mail.tables import mails
from bot.store.database import Database
from bot.store.tables import stripe_events


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts, and the age in seconds of the oldest event that waits (0 without any).

    `late` came more than the asked time after Stripe made them; `parked` and `failed` are mails.
    """

    waiting: int
    oldest: int
    late: int
    parked: int
    failed: int


async def read_backlog(database: Database, *, behind: int, since: int, now: int) -> Backlog:
    """Look, with events and mails since `since` (Unix seconds); late is later than `behind` seconds.

    Raises Unavailable.
    """
    waiting = stripe_events.c.handled_at.is_(None)
    late = (stripe_events.c.received_at - stripe_events.c.created > behind) & (
        stripe_events.c.received_at > since
    )

    def work(connection: Connection) -> Backlog:
        oldest = connection.scalar(select(func.min(stripe_events.c.received_at)).where(waiting))
        by_state = select(mails.c.state, func.count()).where(
            mails.c.state.in_(("parked", "failed")), mails.c.created_at > since
        )
        stuck = {row.state: row[1] for row in connection.execute(by_state.group_by(mails.c.state))}
        return Backlog(
            waiting=connection.scalar(select(func.count()).select_from(stripe_events).where(waiting)) or 0,
            oldest=now - oldest if oldest is not None else 0,
            late=connection.scalar(select(func.count()).select_from(stripe_events).where(late)) or 0,
            parked=stuck.get("parked", 0),
            failed=stuck.get("failed", 0),
        )

    return await database.read(work)
