"""Stripe's webhook events, kept by event id, so that a repeated delivery has no second effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.redaction import redact_credentials
from bot.store.batching import Batcher
from bot.store.database import Database
from bot.store.inserts import storable
from bot.store.tables import stripe_events


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event; times in Unix seconds, `payload` is Stripe's JSON without session URLs."""

    id: str
    type: str
    created: int
    livemode: bool
    received_at: int
    payload: Mapping[str, Any]


EVENT_COLUMNS = (
    stripe_events.c.id,
    stripe_events.c.type,
    stripe_events.c.created,
    stripe_events.c.livemode,
    stripe_events.c.received_at,
    stripe_events.c.payload,
)


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Insert what is not there yet; which of the rows were new. Of several with one id the first was."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite and len(rows) == 1:
        # Its count can be relied on, and rows that come back cost a third of the whole transaction.
        return [connection.execute(_INSERT_ALONE, rows[0]).rowcount == 1]
    returning = _INSERT_SQLITE if is_sqlite else _INSERT_POSTGRESQL
    # One row by itself is spared what SQLAlchemy does for many.
    given = rows[0] if len(rows) == 1 else rows
    new = set(connection.execute(returning, given).scalars())
    return [_take(new, row["id"]) for row in rows]


def _take(new: set[str], event_id: str) -> bool:
    was_new = event_id in new
    new.discard(event_id)
    return was_new


_INSERT_ALONE = sqlite.insert(stripe_events).on_conflict_do_nothing(index_elements=[stripe_events.c.id])
_INSERT_SQLITE = _INSERT_ALONE.returning(stripe_events.c.id)
_INSERT_POSTGRESQL = (
    postgresql.insert(stripe_events)
    .on_conflict_do_nothing(index_elements=[stripe_events.c.id])
    .returning(stripe_events.c.id)
)


class StripeEvents:
    """The store of events. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database
        self._insert = Batcher(database.write, _insert)

    async def add(self, event: StoredEvent) -> bool:
        """Keep the event; False when it was there already. It is durable once this returns."""
        row = {
            "id": storable(event.id),
            "type": storable(event.type),
            "created": event.created,
            "livemode": event.livemode,
            "received_at": event.received_at,
            "payload": without_credentials(event.payload),
        }
        return await self._insert(row)

    async def unhandled(self, limit: int = 100) -> tuple[StoredEvent, ...]:
        """Events nobody has handled yet, oldest first."""
        query = (
            select(*EVENT_COLUMNS)
            .where(stripe_events.c.handled_at.is_(None))
            .order_by(stripe_events.c.received_at, stripe_events.c.id)
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple(StoredEvent(**row._mapping) for row in rows)

    async def mark_handled(self, event_id: str, now: int) -> None:
        """Remember that the event had its effect."""
        query = update(stripe_events).where(stripe_events.c.id == event_id).values(handled_at=now)
        await self._database.write(lambda connection: connection.execute(query))

    async def newest_created(self, livemode: bool) -> int | None:
        """When Stripe created the newest event we have, to find what was missed since."""
        query = select(func.max(stripe_events.c.created)).where(stripe_events.c.livemode.is_(livemode))
        newest = await self._database.read(lambda connection: connection.scalar(query))
        return cast("int | None", newest)


def without_credentials(value: Any) -> Any:
    """JSON without the URL of a portal session, and without anything else that opens a door."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        drop_url = value.get("object") == "billing_portal.session"
        return {
            _clean_name(name): without_credentials(inner)
            for name, inner in value.items()
            if not (drop_url and name == "url")
        }
    if isinstance(value, list):
        return [without_credentials(inner) for inner in value]
    return value


def _clean(text: str) -> str:
    return storable(redact_credentials(text))


_clean_name = lru_cache(maxsize=4096)(_clean)
"""Names of fields are few, and in every event the same."""
