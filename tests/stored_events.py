"""Stored Stripe events as the tests look at them: which are waiting, and that one was handled."""

from sqlalchemy import select, update

from bot.store.database import Database
from bot.store.events import EVENT_COLUMNS, StoredEvent
from bot.store.tables import stripe_events


async def unhandled(database: Database) -> tuple[StoredEvent, ...]:
    """Events nobody has handled yet, oldest first."""
    query = (
        select(*EVENT_COLUMNS)
        .where(stripe_events.c.handled_at.is_(None))
        .order_by(stripe_events.c.received_at, stripe_events.c.id)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    return tuple(StoredEvent(**row._mapping) for row in rows)


async def mark_handled(database: Database, event_id: str, now: int) -> None:
    """Remember that the event had its effect."""
    query = update(stripe_events).where(stripe_events.c.id == event_id).values(handled_at=now)
    await database.write(lambda connection: connection.execute(query))
