"""A short write takes no detour through a thread, unless somebody would have to wait for it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from bot.errors import NotAllowed, Unavailable
from bot.store.database import Database
from bot.store.right_here import AVOIDED_SECONDS, LONGEST_SECONDS, Done, RightHere
from tests.sqlite import with_tables

INSERT = text("INSERT INTO link_grants (actor, customer, livemode, at) VALUES ('U1', 'cus_1', 1, 1)")


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    async with Database(with_tables(sqlite_url)) as database:
        yield database


@pytest.fixture
def ran_on() -> list[int]:
    """The threads on which `insert` was run."""
    return []


@pytest.fixture
def insert(ran_on: list[int]) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        ran_on.append(threading.get_ident())
        return connection.execute(INSERT).rowcount

    return work


async def count(database: Database) -> int:
    found = await database.read(
        lambda connection: connection.scalar(text("SELECT count(*) FROM link_grants"))
    )
    return int(found or 0)


async def test_a_short_write_stays_on_its_thread(
    sqlite_database: Database, insert: Callable[[Connection], int], ran_on: list[int]
) -> None:
    assert await sqlite_database.write_quickly(insert) == 1
    assert ran_on == [threading.get_ident()]
    assert await count(sqlite_database) == 1


async def test_while_somebody_else_writes_it_waits_in_the_thread_and_not_on_the_loop(
    sqlite_database: Database, sqlite_url: str, insert: Callable[[Connection], int], ran_on: list[int]
) -> None:
    await count(sqlite_database)
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(sqlite_database.write_quickly(insert))
    await asyncio.sleep(0)
    assert not writing.done()
    holder.execute("COMMIT")
    holder.close()
    assert await writing == 1
    assert ran_on[-1] != threading.get_ident()
    assert await count(sqlite_database) == 1


async def test_a_refusal_inside_undoes_it_and_passes_through(
    sqlite_database: Database, insert: Callable[[Connection], int]
) -> None:
    def write_and_refuse(connection: Connection) -> None:
        insert(connection)
        raise NotAllowed("too_many_links")

    with pytest.raises(NotAllowed):
        await sqlite_database.write_quickly(write_and_refuse)
    assert await count(sqlite_database) == 0


async def test_what_goes_wrong_is_told_as_by_every_write(sqlite_database: Database) -> None:
    with pytest.raises(Unavailable, match="tables_missing"):
        await sqlite_database.write_quickly(
            lambda connection: connection.execute(text("DELETE FROM missing"))
        )


async def test_after_a_slow_one_the_long_way_is_taken_for_a_while(
    sqlite_database: Database, sqlite_url: str, insert: Callable[[Connection], int]
) -> None:
    await count(sqlite_database)
    now = 0.0

    def insert_slowly(connection: Connection) -> int:
        nonlocal now
        now += LONGEST_SECONDS * 2
        return insert(connection)

    here = RightHere(make_url(sqlite_url), lambda: now)
    assert here.tried(insert) == Done(1)
    assert here.tried(insert_slowly) == Done(1)
    assert here.tried(insert) is None
    now += AVOIDED_SECONDS
    assert here.tried(insert) == Done(1)
    here.close()
    assert await count(sqlite_database) == 3


async def test_it_leaves_checkpoints_which_wait_for_the_disk_to_others(sqlite_url: str) -> None:
    here = RightHere(make_url(sqlite_url))

    def pages(connection: Connection) -> int:
        return int(connection.scalar(text("PRAGMA wal_autocheckpoint")) or 0)

    assert here.tried(pages) == Done(0)
    here.close()
    async with Database(sqlite_url) as database:
        assert await database.write(pages) == 1000
