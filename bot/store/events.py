"""Stripe's webhook events, kept by event id, so that a repeated delivery has no second effect."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, cast

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.errors import Unavailable
from bot.logs import get_log
from bot.redaction import redact_credentials
from bot.store.engine import Database
from bot.store.inserts import storable
from bot.store.tables import stripe_events

MOST_TOGETHER = 50
BUSY_SECONDS = 0.03

_log = get_log(__name__)


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


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An event that waits to be written, and whoever waits for that."""

    row: Mapping[str, Any]
    is_new: "asyncio.Future[bool]"

    def tell(self, new: set[str] | None) -> None:
        """Say whether it was new; of several with one id the first was. None: nothing was written."""
        if self.is_new.done():  # whoever sent it has gone
            return
        if new is None:
            self.is_new.set_exception(Unavailable("database_unavailable", retry=True))
            return
        self.is_new.set_result(self.row["id"] in new)
        new.discard(self.row["id"])


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Insert what is not there yet; the ids of what was not."""
    statement = _INSERT_SQLITE if connection.dialect.name == "sqlite" else _INSERT_POSTGRESQL
    # One row by itself is spared what SQLAlchemy does for many.
    given = rows[0] if len(rows) == 1 else rows
    return set(connection.execute(statement, given).scalars())


_INSERT_SQLITE = (
    sqlite.insert(stripe_events)
    .on_conflict_do_nothing(index_elements=[stripe_events.c.id])
    .returning(stripe_events.c.id)
)
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
        self._arrived: list[_Arrival] = []
        self._writing: asyncio.Task[None] | None = None
        self._last_arrival = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether events are arriving here right now, which other work may wait for."""
        return time.monotonic() - self._last_arrival < BUSY_SECONDS

    async def add(self, event: StoredEvent) -> bool:
        """Keep the event; False when it was there already. It is durable once this returns.

        Events that arrive while others are written are written together: a commit costs the same for all.
        """
        row = {
            "id": storable(event.id),
            "type": storable(event.type),
            "created": event.created,
            "livemode": event.livemode,
            "received_at": event.received_at,
            "payload": without_credentials(event.payload),
        }
        arrival = _Arrival(row, asyncio.get_running_loop().create_future())
        self._arrived.append(arrival)
        self._last_arrival = time.monotonic()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await arrival.is_new

    async def _write(self) -> None:
        while self._arrived:
            batch, self._arrived = self._arrived[:MOST_TOGETHER], self._arrived[MOST_TOGETHER:]
            rows = [each.row for each in batch]
            new: set[str] | None = None
            try:
                new = await self._database.write(partial(_insert, rows=rows))
            except Unavailable:
                _log.warning("events_not_stored", count=len(batch))
            finally:
                for each in batch:
                    each.tell(new)

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
    """The JSON without the URL of a portal session, and without anything else that opens a door."""
    if isinstance(value, Mapping):
        drop_url = value.get("object") == "billing_portal.session"
        return {
            _clean_name(str(name)): without_credentials(inner)
            for name, inner in value.items()
            if not (drop_url and name == "url")
        }
    if isinstance(value, list | tuple):
        return [without_credentials(inner) for inner in value]
    return storable(redact_credentials(value)) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _clean_name(name: str) -> str:
    """Names of fields are few, and in every event the same."""
    return storable(redact_credentials(name))
