"""The two sanctioned ways in which the append-only trail loses something: age, and a person's request.

The triggers of `bot.store.migrations.append_only` let exactly these through.
"""

from sqlalchemy import Connection, cast, delete, insert, select, update
from sqlalchemy.types import Text

from bot.durations import DAY
from bot.store.database import Database
from bot.store.tables import audit, audit_pruning, link_grants, stripe_events

BATCH = 1000


async def prune_old(database: Database, *, audit_days: int, event_days: int, now: int) -> tuple[int, int]:
    """Prune by the `[retention]` of the settings, where 0 days keep for ever. Raises Unavailable.

    Returns how many audit lines and how many events went.
    """
    lines = await prune_audit(database, now - audit_days * DAY) if audit_days else 0
    events = await prune_events(database, now - event_days * DAY) if event_days else 0
    return lines, events


async def prune_audit(database: Database, before: int) -> int:
    """Delete audit lines older than `before` (Unix seconds); return how many. Raises Unavailable.

    In batches, each with its own transaction and its own opening of the guard, so that nobody waits long.
    """
    total = 0
    while True:
        count = await database.write(lambda connection: _prune_batch(connection, before))
        total += count
        if count < BATCH:
            return total


def _prune_batch(connection: Connection, before: int) -> int:
    oldest = select(audit.c.id).where(audit.c.at < before).order_by(audit.c.id).limit(BATCH)
    connection.execute(insert(audit_pruning).values(id=1, before=before))
    deleted = connection.scalars(delete(audit).where(audit.c.id.in_(oldest)).returning(audit.c.id)).all()
    connection.execute(delete(audit_pruning))
    return len(deleted)


async def prune_events(database: Database, before: int) -> int:
    """Delete handled events received before `before` (Unix seconds); return how many. Raises Unavailable."""
    old = delete(stripe_events).where(
        stripe_events.c.received_at < before, stripe_events.c.handled_at.is_not(None)
    )
    deleting = old.returning(stripe_events.c.id)
    return len(await database.write(lambda connection: connection.scalars(deleting).all()))


async def forget_customer(database: Database, customer: str, now: int) -> int:
    """Erase what leads to one customer; return how many audit lines were emptied. Raises Unavailable.

    The lines stay (when, who, which verb, with what outcome). Events keep their id, so that a delivery that
    Stripe repeats is still recognised, and lose their content.
    """
    return await database.write(lambda connection: _forget(connection, customer, now))


def _forget(connection: Connection, customer: str, now: int) -> int:
    emptied = (
        update(audit)
        .where(audit.c.customer == customer)
        .values(
            customer=None,
            subscription=None,
            session=None,
            channel=None,
            reason=None,
            request_key=None,
            forgotten_at=now,
        )
        .returning(audit.c.id)
    )
    about = cast(stripe_events.c.payload, Text).contains(f'"{customer}"', autoescape=True)
    count = len(connection.scalars(emptied).all())
    connection.execute(delete(link_grants).where(link_grants.c.customer == customer))
    connection.execute(update(stripe_events).where(about).values(payload={}))
    return count
