"""Work on many rows in small transactions with pauses between them, so that nobody else waits for it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, delete, select, true

from bot.store.database import Database

AIM = 0.01
"""Seconds that a transaction should take, so long other writers wait: the batches grow and shrink to it."""
FIRST, SMALLEST, LARGEST = 100, 10, 2000
"""Rows, or pages of a file, of a batch."""
PAGE = 1000
"""Rows that are looked at in one go by who only reads."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 0.25
"""Seconds after a transaction."""
SHARE = 5
"""How many times as long as it took a transaction is followed by a pause.

Who waits for a SQLite file looks again after longer and longer pauses, and must find it free.
"""

Batch = Callable[[Connection, Any, int], tuple[Any, int]]
"""Works on so many rows after a place; returns where it came to (None: the end), and how many it changed."""


async def in_batches(database: Database, batch: Batch, *, alone: bool = False) -> int:
    """Run `batch` until it has come to the end; return how many rows it changed. Raises Unavailable.

    `alone` is that of `Database.write`.
    """
    place, total, size = None, 0, FIRST
    while True:
        began = time.monotonic()
        place, count = await database.write(partial(_at, batch, place, size), lasting=False, alone=alone)
        total += count
        if place is None:
            return total
        took = time.monotonic() - began
        size = next_size(size, took)
        await database.checkpoint()
        await asyncio.sleep(min(max(SHARE * took, SHORTEST_PAUSE), LONGEST_PAUSE))


def _at(batch: Batch, place: object, size: int, connection: Connection) -> tuple[Any, int]:
    return batch(connection, place, size)


def next_size(size: int, held: float) -> int:
    """Return the size of the batch after one that took so many seconds: twice as large at most, or half."""
    fitting = size * AIM / max(held, AIM / 1000)
    return int(min(max(fitting, size / 2, SMALLEST), size * 2, LARGEST))


async def delete_in_batches(database: Database, table: Table, ids: Select[Any]) -> int:
    """Delete the rows whose `id` a query finds; return how many. Raises Unavailable."""

    def batch(connection: Connection, _place: object, size: int) -> tuple[object, int]:
        found: Sequence[Any] = connection.scalars(ids.limit(size)).all()
        connection.execute(delete(table).where(table.c.id.in_(found)))
        return (True if len(found) == size else None), len(found)

    return await in_batches(database, batch)


def next_page(connection: Connection, column: Column[Any], last: object) -> tuple[ColumnElement[bool], Any]:
    """Return what selects the next `PAGE` rows after `last` (None: from the first), and where they end.

    None is the end of the table. So a table is read through without an index of what is looked for.
    """
    after = column > last if last is not None else true()
    end = connection.scalar(select(column).where(after).order_by(column).offset(PAGE - 1).limit(1))
    return (after if end is None else after & (column <= end)), end


async def return_free_pages(database: Database) -> None:
    """Let a SQLite file shrink by what was deleted, if it was made to. Raises Unavailable."""
    if not database.is_sqlite:
        return

    def batch(connection: Connection, before: int | None, pages: int) -> tuple[int | None, int]:
        # As a script, which runs to its end: as a statement it gives back a single page. It ends the
        # transaction that it finds: nobody else's work may be in it.
        raw: Any = connection.connection.driver_connection
        raw.executescript(f"PRAGMA incremental_vacuum({pages})")
        left = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
        return (left if left and left != before else None), 0

    await in_batches(database, batch, alone=True)
