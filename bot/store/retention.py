"""The two sanctioned ways in which the append-only trail loses something: age, and a person's request.

The triggers of `bot.store.migrations.append_only` let exactly these through.
"""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, cast, delete, insert, select, update
from sqlalchemy.types import Text

from bot.durations import DAY, HOUR
from bot.store.batches import delete_in_batches, in_batches, next_page
from bot.store.database import Database
from bot.store.tables import audit, audit_pruning, link_grants, stripe_events


async def prune_old(database: Database, *, audit_days: int, event_days: int, now: int) -> tuple[int, int]:
    """Prune by the `[retention]` of the settings, where 0 days keep for ever. Raises Unavailable.

    Returns how many audit lines and how many events went.
    """
    lines = await prune_audit(database, now - audit_days * DAY) if audit_days else 0
    events = await prune_events(database, now - event_days * DAY) if event_days else 0
    over = select(link_grants.c.id).where(link_grants.c.at < now - HOUR)
    await delete_in_batches(database, link_grants, over)
    return lines, events


async def prune_audit(database: Database, before: int) -> int:
    """Delete audit lines older than `before` (Unix seconds); return how many. Raises Unavailable.

    In batches, each with its own transaction and its own opening of the guard, so that nobody waits long.
    """
    return await in_batches(database, lambda *batch: _prune_batch(before, *batch))


def _prune_batch(before: int, connection: Connection, _: object, size: int) -> tuple[object, int]:
    oldest = select(audit.c.id).where(audit.c.at < before).order_by(audit.c.at).limit(size)
    ids = connection.scalars(oldest).all()
    if ids:
        connection.execute(insert(audit_pruning).values(id=1, before=before))
        connection.execute(delete(audit).where(audit.c.id.in_(ids)))
        connection.execute(delete(audit_pruning))
    return (True if len(ids) == size else None), len(ids)


async def prune_events(database: Database, before: int) -> int:
    """Delete handled events received before `before` (Unix seconds); return how many. Raises Unavailable."""
    table = stripe_events
    # No event is received before Stripe creates it, and there is an index for that.
    old = select(table.c.id).where(table.c.created < before).order_by(table.c.created)
    handled = old.where(table.c.received_at < before, table.c.handled_at.is_not(None))
    return await delete_in_batches(database, table, handled)


async def forget_customer(database: Database, customer: str, now: int) -> int:
    """Erase what leads to one customer; return how many audit lines were emptied. Raises Unavailable.

    The lines stay (when, who, which verb, with what outcome). Events are emptied by `empty_events`.
    """
    lines = await in_batches(database, lambda *batch: _empty_lines(customer, now, *batch))
    over = select(link_grants.c.id).where(link_grants.c.customer == customer)
    await delete_in_batches(database, link_grants, over)
    return lines


def _empty_lines(customer: str, now: int, connection: Connection, _: object, size: int) -> tuple[object, int]:
    ids = connection.scalars(select(audit.c.id).where(audit.c.customer == customer).limit(size)).all()
    emptied = {
        "customer": None,
        "subscription": None,
        "session": None,
        "channel": None,
        "reason": None,
        "request_key": None,
        "forgotten_at": now,
    }
    connection.execute(update(audit).where(audit.c.id.in_(ids)).values(emptied))
    return (True if len(ids) == size else None), len(ids)


async def empty_events(database: Database, customer: str) -> None:
    """Look through all events, page by page, and empty those that name the customer. Raises Unavailable.

    They keep their id, so that a delivery that Stripe repeats is still recognised, and lose their content:
    one that waits to be handled becomes no alert any more.

    Looking makes no writer wait. An index by customer would find them at once, and cost every event that
    comes; forgetting is rare.
    """
    table, last = stripe_events, None
    named = cast(table.c.payload, Text).contains(f'"{customer}"', autoescape=True)

    def look(after: object, connection: Connection) -> tuple[Sequence[str], object]:
        here, end = next_page(connection, table.c.id, after)
        return connection.scalars(select(table.c.id).where(here, named)).all(), end

    def empty(ids: Sequence[str], connection: Connection) -> None:
        connection.execute(update(table).where(table.c.id.in_(ids)).values(payload={}))

    while True:
        ids, last = await database.read(partial(look, last))
        if ids:
            await database.write(partial(empty, ids), lasting=False)
        if last is None:
            return
