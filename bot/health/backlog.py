"""How far behind the bot is: events that wait, events that came late, mails that are stuck."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.durations import DAY
from bot.mail.tables import mails
from bot.store.database import Database
from bot.store.tables import stripe_events

LATEST_DELIVERY = 4 * DAY


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many events and mails are waiting, late or stuck.

    `waiting` are events that are stored and not handled, `oldest` is the age in seconds of the oldest of them
    (0 when there is none). `late` are events that arrived long after Stripe created them. `parked` and
    `failed` are mails in these states.
    """

    waiting: int
    oldest: int
    late: int
    parked: int
    failed: int


async def read_backlog(database: Database, *, behind: int, since: int, now: int) -> Backlog:
    """Count the backlog at `now` (Unix seconds).

    Late events and stuck mails are counted from `since` (Unix seconds) on; an event is late when it arrived
    more than `behind` seconds after Stripe created it. Raises Unavailable when the database does not answer.
    """
    waiting = stripe_events.c.handled_at.is_(None)
    late = (stripe_events.c.received_at - stripe_events.c.created > behind) & (
        stripe_events.c.received_at > since
    )
    # Stripe delivers for three days; there is an index of when it created an event, and none of deliveries.
    late &= stripe_events.c.created > since - LATEST_DELIVERY

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
