"""The database answers or refuses within its patience, keeps its file private, and tells nothing in logs."""

import asyncio
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from structlog.testing import capture_logs

from bot.errors import NotAllowed, Unavailable
from bot.store.database import Along, Database
from bot.store.migrate import is_current
from bot.store.tables import link_grants

ROW = {"actor": "U1", "customer": "cus_1", "livemode": True, "at": 1}


async def count(database: Database) -> int:
    return len(await database.read(lambda connection: connection.execute(select(link_grants)).all()))


def add(**changes: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(insert(link_grants).values(ROW | changes))


async def test_what_is_written_is_read_again(database: Database) -> None:
    await database.write(add())
    assert await count(database) == 1


@pytest.mark.postgres
async def test_what_only_reads_asks_postgresql_for_no_transaction(postgres_url: str) -> None:
    def times(connection: Connection) -> tuple[object, object]:
        now = text("SELECT now()")  # the time at which the transaction began
        return connection.scalar(now), connection.scalar(now)

    async with Database(postgres_url) as database:
        first, second = await database.read(times)
        assert first != second
        first, second = await database.write(times)
        assert first == second


async def test_an_exception_inside_a_transaction_undoes_it_and_passes_through(database: Database) -> None:
    def write_and_refuse(connection: Connection) -> None:
        add()(connection)
        raise NotAllowed("too_many_links")

    with pytest.raises(NotAllowed):
        await database.write(write_and_refuse)
    assert await count(database) == 0


async def test_what_goes_along_with_a_write_is_stored_with_it_or_neither_is(database: Database) -> None:
    committed: list[int] = []
    along = Along(lambda connection, _: add(actor="U2")(connection), lambda: committed.append(1))
    await database.along(along).write(add())
    assert (await count(database), committed) == (2, [1])
    with pytest.raises(Unavailable):
        await database.along(Along(lambda connection, _: add(actor=None)(connection))).write(add())
    with pytest.raises(Unavailable):
        await database.along(along).write(add(actor=None))
    assert (await count(database), committed) == (2, [1])
    await database.write(add())
    assert await count(database) == 3


async def test_a_failing_statement_is_unavailable_and_the_log_has_no_values(database: Database) -> None:
    with capture_logs() as logs, pytest.raises(Unavailable, match="database_unavailable"):
        await database.write(add(actor=None, customer="s3cret"))
    (line,) = logs
    assert line["event"] == "database_error"
    assert line["error"] == "IntegrityError"
    assert "s3cret" not in repr(line)
    assert await count(database) == 0  # and the connection is usable again


async def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for url in (
        f"sqlite:///{tmp_path}/missing/file.db",
        "postgresql+psycopg://u:p@127.0.0.1:1/d",
    ):
        async with Database(url) as database:
            with pytest.raises(Unavailable):
                await count(database)


async def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections, never says a word
        url = f"postgresql+psycopg://u@127.0.0.1:{silent.getsockname()[1]}/d"
        async with Database(url, patience_seconds=0.3) as database:
            started = time.monotonic()
            with pytest.raises(Unavailable):
                await count(database)
            assert time.monotonic() - started < 1


async def test_another_process_holding_the_lock_is_waited_for_and_given_up_in_time(sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    async with Database(sqlite_url, patience_seconds=0.6) as database:
        assert not await is_current(database)
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        results = await asyncio.gather(*(write_nothing(database) for _ in range(5)), return_exceptions=True)
        assert all(isinstance(result, Unavailable) for result in results)
        assert time.monotonic() - started < 1.5
        holder.execute("COMMIT")
        holder.close()
        await write_nothing(database)


async def test_what_was_given_up_does_not_happen_later(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly(connection: Connection) -> None:
        add()(connection)
        begun.set()
        go_on.wait(5)

    writing = asyncio.create_task(database.write(write_slowly))
    await asyncio.to_thread(begun.wait)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    assert await count(database) == 0


async def test_closing_lets_finish_what_was_asked_for(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly(_connection: Connection) -> str:
        begun.set()
        go_on.wait(5)
        return "done"

    first = asyncio.create_task(database.write(write_slowly))
    await asyncio.to_thread(begun.wait)
    second = asyncio.create_task(is_current(database))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.01)
    assert not closing.done()
    go_on.set()
    await closing
    assert (await first, await second) == ("done", False)


async def write_nothing(database: Database) -> None:
    await database.write(lambda connection: connection.execute(text("SELECT 1")))


async def test_a_slow_statement_is_given_up_in_time(postgres_url: str) -> None:
    async with Database(postgres_url, patience_seconds=0.3) as database:
        with pytest.raises(Unavailable):
            await database.read(lambda connection: connection.execute(text("SELECT pg_sleep(10)")))
        assert await is_current(database)


async def test_sqlite_is_set_up_for_several_processes(sqlite_url: str) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    async with Database(sqlite_url) as database:
        pragmas = await database.read(
            lambda connection: {name: connection.scalar(text(f"PRAGMA {name}")) for name in names}
        )
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


@pytest.mark.parametrize("mode", [None, 0o644])
async def test_the_file_and_its_companions_are_private(
    tmp_path: Path, sqlite_url: str, mode: int | None
) -> None:
    file = tmp_path / "portalbot.db"
    if mode is not None:
        file.touch(mode)
    async with Database(sqlite_url) as database:
        await database.write(lambda connection: connection.execute(text("CREATE TABLE t (a)")))
        assert modes(tmp_path) == dict.fromkeys(
            ("portalbot.db", "portalbot.db-wal", "portalbot.db-shm"), 0o600
        )


async def test_many_writers_queue_without_an_error(database: Database) -> None:
    await asyncio.gather(*(database.write(add()) for _ in range(100)))
    assert await count(database) == 100
