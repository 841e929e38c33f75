"""Work on many rows in small transactions with pauses between them, so that nobody else waits for it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, delete

from bot.store.database import Database

BATCH = 500
PAUSE_SECONDS = 0.01
PAGES = 500
"""Pages of a SQLite file that are given back at a time."""

Batch = Callable[[Connection, Any], tuple[Any, int]]
"""Works on the rows after a place; returns where it has come to (None: the end), and how many it changed."""


async def in_batches(database: Database, batch: Batch) -> int:
    """Run `batch` until it has come to the end; return how many rows it changed. Raises Unavailable."""
    place, total = None, 0
    while True:
        came_to = place
        place, count = await database.write(
            lambda connection, place=came_to: batch(connection, place),  # type: ignore[misc]
            lasting=False,
        )
        total += count
        if place is None:
            return total
        await asyncio.sleep(PAUSE_SECONDS)


async def delete_in_batches(database: Database, table: Table, ids: Select[Any]) -> int:
    """Delete the rows whose `id` a query finds; return how many. Raises Unavailable."""

    def batch(connection: Connection, _place: object) -> tuple[object, int]:
        found: Sequence[Any] = connection.scalars(ids.limit(BATCH)).all()
        connection.execute(delete(table).where(table.c.id.in_(found)))
        return (True if len(found) == BATCH else None), len(found)

    return await in_batches(database, batch)


async def return_free_pages(database: Database) -> None:
    """Let a SQLite file shrink by what was deleted, if it was made to. Raises Unavailable."""
    if not database.is_sqlite:
        return

    def batch(connection: Connection, before: int | None) -> tuple[int | None, int]:
        # As a script, which runs to its end: as a statement it gives back a single page. It ends the
        # transaction that it finds, in which nothing was done.
        raw: Any = connection.connection.driver_connection
        raw.executescript(f"PRAGMA incremental_vacuum({PAGES})")
        left = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
        return (left if left and left != before else None), 0

    await in_batches(database, batch)
