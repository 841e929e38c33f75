"""The database answers or refuses within its patience, keeps its file private, and tells nothing in logs."""

import asyncio
import socket
import sqlite3
import time
from pathlib import Path

import pytest
import structlog
from sqlalchemy import insert, select, text
from structlog.testing import capture_logs

from bot.errors import NotAllowed, Unavailable
from bot.store.engine import Database
from bot.store.migrate import is_current
from bot.store.tables import link_grants

ROW = {"actor": "U1", "customer": "cus_1", "livemode": True, "at": 1}


@pytest.fixture(autouse=True)
def _plain_structlog() -> None:
    structlog.reset_defaults()


async def count(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(select(link_grants))).all())


async def test_what_is_written_is_read_again(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(link_grants).values(ROW))
    assert await count(database) == 1


async def test_an_exception_inside_a_transaction_undoes_it_and_passes_through(database: Database) -> None:
    async def write_and_refuse() -> None:
        async with database.write() as connection:
            await connection.execute(insert(link_grants).values(ROW))
            raise NotAllowed("too_many_links")

    with pytest.raises(NotAllowed):
        await write_and_refuse()
    assert await count(database) == 0


async def test_a_failing_statement_is_unavailable_and_the_log_has_no_values(database: Database) -> None:
    with capture_logs() as logs, pytest.raises(Unavailable, match="database_unavailable"):
        async with database.write() as connection:
            await connection.execute(insert(link_grants).values(ROW | {"actor": None, "customer": "s3cret"}))
    (line,) = logs
    assert line["event"] == "database_error"
    assert line["error"] == "IntegrityError"
    assert "s3cret" not in repr(line)
    assert await count(database) == 0  # and the connection is usable again


async def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for url in (
        f"sqlite+aiosqlite:///{tmp_path}/missing/file.db",
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
    file = sqlite_url.removeprefix("sqlite+aiosqlite:///")
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


async def write_nothing(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("SELECT 1"))


async def test_a_slow_statement_is_given_up_in_time(postgres_url: str) -> None:
    async with Database(postgres_url, patience_seconds=0.3) as database:
        with pytest.raises(Unavailable):
            async with database.read() as connection:
                await connection.execute(text("SELECT pg_sleep(10)"))
        assert await is_current(database)


async def test_sqlite_is_set_up_for_several_processes(sqlite_url: str) -> None:
    async with Database(sqlite_url) as database, database.read() as connection:
        pragmas = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 2500}


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
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE t (a)"))
        assert modes(tmp_path) == dict.fromkeys(
            ("portalbot.db", "portalbot.db-wal", "portalbot.db-shm"), 0o600
        )


async def test_many_writers_queue_without_an_error(database: Database) -> None:
    async def add() -> None:
        async with database.write() as connection:
            await connection.execute(insert(link_grants).values(ROW))

    await asyncio.gather(*(add() for _ in range(100)))
    assert await count(database) == 100
