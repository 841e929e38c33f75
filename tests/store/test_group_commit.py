"""Writes of a SQLite file that wait at the same time are committed together, and fail one by one."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.engine import Engine

from bot.errors import NotAllowed, Unavailable
from bot.store.batches import return_free_pages
from bot.store.database import Database
from bot.store.group_commit import MOST_TOGETHER
from bot.store.tables import link_grants
from tests.sqlite import with_tables


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(with_tables(f"sqlite:///{tmp_path}/portalbot.db")) as opened:
        yield opened


def add(customer: str) -> Callable[[Connection], object]:
    row = {"actor": "U1", "customer": customer, "livemode": True, "at": 1}
    return lambda connection: connection.execute(insert(link_grants).values(row))


def refuse(connection: Connection) -> None:
    add("refused")(connection)
    raise NotAllowed("too_many_links")


async def kept(database: Database) -> list[str]:
    query = select(link_grants.c.customer).order_by(link_grants.c.id)
    return list(await database.read(lambda connection: connection.scalars(query).all()))


@contextmanager
def commits() -> Iterator[list[str]]:
    """The transactions that are committed, as SQLite is told to sync them."""
    found: list[str] = []

    def note(connection: Connection) -> None:
        found.append(str(connection.get_execution_options().get("sqlite_synchronous")))

    event.listen(Engine, "commit", note)
    try:
        yield found
    finally:
        event.remove(Engine, "commit", note)


@contextmanager
def busy(database: Database) -> Iterator[None]:
    """Keep the thread of the file at something, so that what comes meanwhile waits."""
    go_on = threading.Event()
    first = asyncio.ensure_future(database.write(lambda _connection: go_on.wait(5)))
    try:
        yield
    finally:
        go_on.set()
        first.add_done_callback(lambda done: done.exception())


async def together(database: Database, *writes: Any) -> list[Any]:
    with busy(database):
        tasks = [asyncio.create_task(each) for each in writes]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_waits_is_committed_at_once_and_what_need_not_last_by_itself(database: Database) -> None:
    lasting = (database.write(add(f"l{number}")) for number in range(MOST_TOGETHER + 2))
    passing = (database.write(add(f"p{number}"), lasting=False) for number in range(3))
    with commits() as committed:
        await together(database, *lasting, *passing)
    assert committed == ["FULL", "FULL", "FULL", "NORMAL"]
    assert len(await kept(database)) == MOST_TOGETHER + 5


async def test_one_that_is_refused_takes_no_other_along(database: Database) -> None:
    first, refused, last = await together(
        database, database.write(add("a")), database.write(refuse), database.write(add("b"))
    )
    assert isinstance(refused, NotAllowed)
    assert not isinstance(first, Exception)
    assert not isinstance(last, Exception)
    assert await kept(database) == ["a", "b"]


async def test_those_beside_one_that_is_refused_are_still_committed_together(database: Database) -> None:
    before, after = [[add(f"{name}{number}") for number in range(9)] for name in "ab"]
    with commits() as committed:
        await together(database, *(database.write(each) for each in (*before, refuse, refuse, *after)))
    assert committed == ["FULL"] * 3  # what kept the file busy, those before, those after
    assert await kept(database) == [f"{name}{number}" for name in "ab" for number in range(9)]


async def test_what_ends_the_transaction_itself_is_committed_with_nothing_else(database: Database) -> None:
    granted, returned, refused = await together(
        database,
        database.write(add("a"), lasting=False),
        return_free_pages(database),
        database.write(refuse, lasting=False),
    )
    assert not isinstance(granted, Exception)
    assert returned is None
    assert isinstance(refused, NotAllowed)
    assert await kept(database) == ["a"]


async def test_a_commit_that_fails_is_a_failure_of_each(database: Database) -> None:
    def never_whole(connection: Connection) -> None:
        for statement in (
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (of INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
            "INSERT INTO child VALUES (1)",
        ):
            connection.exec_driver_sql(statement)

    outcomes = await together(database, database.write(add("a")), database.write(never_whole))
    assert [type(each) for each in outcomes] == [Unavailable] * 2
    assert await kept(database) == []


async def test_the_bell_rings_for_a_commit_with_something_to_be_heard_and_for_no_other(
    database: Database,
) -> None:
    waiter = database.bell.waiter()
    await together(database, *(database.write(add("a"), wakes=False) for _ in range(2)))
    assert not waiter.is_set()
    await together(database, database.write(add("b"), wakes=False), database.write(add("c")))
    assert waiter.is_set()


async def test_one_that_was_given_up_does_not_happen_and_the_others_do(database: Database) -> None:
    with busy(database):
        gone = asyncio.create_task(database.write(add("gone")))
        stays = asyncio.create_task(database.write(add("stays")))
        await asyncio.sleep(0)
        gone.cancel()
    await stays
    assert await kept(database) == ["stays"]
    assert gone.cancelled()


async def test_those_beside_one_that_is_given_up_in_the_middle_are_still_committed_together(
    database: Database,
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add("gone")(connection)
        begun.set()
        go_on.wait(5)

    with busy(database):
        first, gone, last = [asyncio.create_task(database.write(each)) for each in (add("a"), slow, add("b"))]
        await asyncio.sleep(0)
    await asyncio.to_thread(begun.wait)
    with commits() as committed:
        gone.cancel()
        await asyncio.wait({gone})
        go_on.set()
        await asyncio.gather(first, last)
    assert committed == ["FULL"]
    assert await kept(database) == ["a", "b"]


async def test_closing_commits_what_waits(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    database = Database(url)
    with busy(database):
        waiting = [asyncio.create_task(database.write(add(str(number)))) for number in range(3)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0)
    await asyncio.gather(closing, *waiting)
    async with Database(url) as again:
        assert await kept(again) == ["0", "1", "2"]


async def test_a_failing_file_refuses_each(database: Database) -> None:
    def broken(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT nothing")

    outcomes = await together(database, *(database.write(broken) for _ in range(3)))
    assert [type(each) for each in outcomes] == [Unavailable] * 3
