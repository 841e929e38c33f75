"""Tables are created once, whoever starts first, and are the ones the code knows."""

import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from typer.testing import CliRunner

import bot.alerts.rows.tables
import bot.changes.tables
import bot.engine.tables
import bot.mail.tables  # noqa: F401 - each adds its tables to the metadata
from bot.cli import cli
from bot.errors import Unavailable
from bot.metrics import Metrics
from bot.store import migrations
from bot.store.audit import AuditEntry, AuditTrail
from bot.store.database import Database
from bot.store.migrate import is_current, migrate
from bot.store.tables import metadata
from tests.sqlite import with_tables
from tests.stand.terminal import logs_kept

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


async def test_tables_of_a_newer_version_are_worked_with_and_left_alone(url: str) -> None:
    async with Database(url) as database:
        for statement in (
            "CREATE TABLE of_tomorrow (id INTEGER)",
            "ALTER TABLE audit ADD COLUMN of_tomorrow TEXT",
            "UPDATE alembic_version SET version_num = '9999'",
        ):
            await execute(database, statement)
        assert await is_current(database)
        assert await asyncio.to_thread(migrate, url) is False
        revision = text("SELECT version_num FROM alembic_version")
        assert await database.read(lambda connection: connection.scalar(revision)) == "9999"
        with logs_kept():
            ran = CliRunner().invoke(cli, ["migrate"], env={"DATABASE_URL": url}, catch_exceptions=False)
        assert (ran.exit_code, "newer version" in ran.stdout) == (0, True)
        audit = AuditTrail(database, Metrics())
        assert await audit.write(AuditEntry(at=1, actor="U1", verb="home", outcome="issued", livemode=False))


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for file in (tmp_path / "no" / "folder.db", tmp_path):
        with pytest.raises(Unavailable, match="database_not_writable") as refused:
            migrate(f"sqlite:///{file}")
        assert refused.value.facts["file"] == str(file)


async def test_a_full_disk_is_named(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000) AS text")

    async with Database(url) as database:
        with pytest.raises(Unavailable, match="database_not_writable"):
            await database.write(fill)


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
