"""Tables are created once, whoever starts first, and are the ones the code knows."""

import asyncio
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import bot.alerts.rows.tables
import bot.changes.tables
import bot.engine.tables
import bot.mail.tables  # noqa: F401 - each adds its tables to the metadata
from bot.errors import Unavailable
from bot.store import migrations
from bot.store.database import Database
from bot.store.migrate import is_current, migrate
from bot.store.tables import metadata

PACKAGE = migrations.__path__[0]


async def execute(database: Database, statement: str) -> None:
    await database.write(lambda connection: connection.execute(text(statement)))


async def test_an_empty_database_is_not_current_and_a_migrated_one_is(empty_url: str) -> None:
    async with Database(empty_url) as database:
        assert not await is_current(database)
        await asyncio.to_thread(migrate, empty_url)
        assert await is_current(database)


async def test_migrating_twice_keeps_what_is_there(empty_url: str) -> None:
    await asyncio.to_thread(migrate, empty_url)
    async with Database(empty_url) as database:
        await execute(database, "INSERT INTO audit_pruning VALUES (1, 42)")
        await asyncio.to_thread(migrate, empty_url)
        pruning = text("SELECT before FROM audit_pruning")
        assert await database.read(lambda connection: connection.scalar(pruning)) == 42


async def test_several_processes_and_threads_may_migrate_at_the_same_time(empty_url: str) -> None:
    code = "import sys; from bot.store.migrate import migrate; migrate(sys.argv[1])"
    run = [sys.executable, "-c", code, empty_url]
    processes = [await asyncio.create_subprocess_exec(*run) for _ in range(3)]
    await asyncio.gather(*(asyncio.to_thread(migrate, empty_url) for _ in range(3)))
    assert [await process.wait() for process in processes] == [0, 0, 0]
    async with Database(empty_url) as database:
        assert await is_current(database)


async def test_a_database_of_another_revision_is_not_current(database: Database) -> None:
    await execute(database, "UPDATE alembic_version SET version_num = '0000'")
    assert not await is_current(database)


async def test_migrations_and_tables_say_the_same(database: Database) -> None:
    differences = await database.read(
        lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )
    assert differences == []


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", PACKAGE)
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_a_database_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="database_unavailable"):
        migrate("postgresql+psycopg://u@127.0.0.1:1/d")
