"""`migrate`: brings the tables to the newest revision. Safe to run twice, and at the same time."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.store.database import Database, describe, unavailable
from bot.store.locks import lock
from bot.store.migrations import HEAD
from bot.store.sqlite import WRITING, listen_sqlite

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_WAIT_SECONDS = 60
"""How long one run waits for another; a deploy may start several."""

# Alembic keeps the migration it runs in module variables: two threads of one process would mix theirs up.
_one_at_a_time = threading.Lock()
_log = structlog.get_logger(__name__)


def migrate(url: str) -> bool:
    """Create or upgrade the tables; everything happens or nothing. False when they are newer, and stay so.

    Blocks: from a coroutine call it in a thread. Raises Unavailable("database_unavailable"), or
    Unavailable("database_not_writable").
    """
    try:
        with _one_at_a_time, _locked(make_url(url)) as connection:
            if not _is_current(connection):
                _upgrade(connection)
            return read_revision(connection) == HEAD
    except (SQLAlchemyError, OSError) as error:
        _log.error("migration_failed", **describe(error))
        raise unavailable(error, make_url(url), retry=False) from None


def _upgrade(connection: Connection) -> None:
    # Ten megabytes and a tenth of a second, which a start with nothing to upgrade does without.
    from alembic import command  # noqa: PLC0415

    command.upgrade(alembic_config(connection=connection), "head")


def alembic_config(**attributes: object) -> "Config":
    """Return the configuration by which alembic finds the migrations."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes=attributes)
    # "%" starts an interpolation in alembic's configuration, and a folder may have it in its name.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _locked(url: URL) -> Iterator[Connection]:
    engine = open_engine(url, "portalbot migrate", writing=True)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_SECONDS}s'"))
                lock(connection, "portalbot migrate")
            yield connection
    finally:
        engine.dispose()


def open_engine(url: URL, name: str, *, writing: bool) -> Engine:
    """Return an engine that keeps no connection open; `name` is how PostgreSQL lists it.

    With `writing`, SQLite's lock is taken before anything is looked at: it is the one between processes.
    """
    if url.get_backend_name() != "sqlite":
        arguments = {"connect_timeout": 5, "application_name": name}
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, hide_parameters=True)
    listen_sqlite(engine, LOCK_WAIT_SECONDS)
    return engine.execution_options(**WRITING) if writing else engine


async def is_current(database: Database) -> bool:
    """Return whether this program can work with the tables: its own, or newer ones.

    Migrations only add to what is there, so that an older program goes on beside a newer one while a deploy
    lasts. Raises Unavailable("database_unavailable").
    """
    return await database.read(_is_current)


def _is_current(connection: Connection) -> bool:
    return read_revision(connection) >= HEAD


def read_revision(connection: Connection) -> str:
    """Return the revision of the tables, such as "0005"; empty when there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def steps_after(revision: str) -> Sequence[str]:
    """Return what `migrate` would do to tables of a known revision ("" for none), a sentence a step."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory.from_config(alembic_config())
    newest_first = scripts.iterate_revisions(HEAD, revision or "base")
    return [f"{each.revision} {each.doc}" for each in newest_first][::-1]
