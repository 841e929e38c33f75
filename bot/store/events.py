"""Stripe's webhook events, kept by event id, so that a repeated delivery has no second effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, func, select

from bot.redaction import redact_credentials, redact_value, without_doors
from bot.store.database import Database
from bot.store.inserts import insert_new, storable
from bot.store.tables import stripe_events


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event; times in Unix seconds, `payload` is Stripe's JSON without what opens a door."""

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


@dataclass(eq=False, repr=False)
class StripeEvents:
    """Stores events. Every method raises Unavailable("database_unavailable").

    Keep only the envelope of events whose type `is_ignored`.

    `hear` is told each new event in the transaction that stores it: pure database work, and quick.
    """

    database: Database
    is_ignored: Callable[[str], bool] = lambda _: False
    hear: Callable[[Connection, StoredEvent], None] = lambda _connection, _event: None

    async def add(self, event: StoredEvent) -> bool:
        """Store the event; False when it was there already. It is committed when this returns.

        On SQLite a power cut may take it; then catching up fetches it again.
        """
        row = {
            "id": storable(event.id),
            "type": storable(event.type),
            "created": event.created,
            "livemode": event.livemode,
            "received_at": event.received_at,
            "payload": redact_value(without_doors(self._kept(event)), _clean),
        }

        def work(connection: Connection) -> bool:
            new = insert_new(connection, stripe_events, stripe_events.c.id, row)
            if new:
                self.hear(connection, event)
            return new

        return await self.database.write(work, lasting=False)

    def _kept(self, event: StoredEvent) -> Mapping[str, Any]:
        return envelope(event.payload) if self.is_ignored(event.type) else event.payload

    async def newest_created(self, livemode: bool) -> int | None:
        """Return when Stripe created the newest event of this mode (Unix seconds), None without one."""
        query = select(func.max(stripe_events.c.created)).where(stripe_events.c.livemode.is_(livemode))
        newest = await self.database.read(lambda connection: connection.scalar(query))
        return cast("int | None", newest)


def envelope(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event with nothing of its object but kind and id."""
    data = payload.get("data")
    thing = data.get("object") if isinstance(data, Mapping) else None
    named = thing if isinstance(thing, Mapping) else {}
    kept = {name: named[name] for name in ("id", "object") if isinstance(named.get(name), str)}
    return {**payload, "data": {"object": kept}}


def _clean(text: str) -> str:
    return storable(redact_credentials(text))
