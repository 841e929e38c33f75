"""The database: one engine per process, SQLite in a file or PostgreSQL.

Whatever the driver raises leaves this module as `Unavailable`, and nothing waits longer than five seconds: an
agent is owed an answer also when the database is not there.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import Unavailable

PATIENCE_SECONDS = 5.0
POSTGRESQL_POOL = 5

_log = structlog.get_logger(__name__)


class Database:
    """Connections and transactions. Nothing is opened before the first use; `close` ends it."""

    def __init__(self, url: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take an address with an async driver, as `Settings.database_url` holds it."""
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        make_engine = _sqlite_engine if self.is_sqlite else _postgresql_engine
        self._engine = engine = make_engine(parsed, patience_seconds)
        self._patience = patience_seconds
        # A transaction that is going to write takes SQLite's write lock at once: upgrading a read lock later
        # fails without waiting when somebody else wrote in between.
        self._writing = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads. Raises Unavailable("database_unavailable")."""
        async with self._transaction(self._engine) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, committed at the end. Raises Unavailable("database_unavailable")."""
        async with self._transaction(self._writing) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            async with asyncio.timeout(self._patience), engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, TimeoutError, OSError) as error:
            _log.error("database_error", **describe(error))  # no traceback: the driver's text quotes rows
            raise Unavailable("database_unavailable", retry=True) from None


def describe(error: BaseException) -> dict[str, str]:
    """What may be logged of a database error: kinds and code, none of the values it was about."""
    cause = getattr(error, "orig", None)
    facts = {"error": type(error).__name__}
    if cause is not None:
        facts["driver_error"] = type(cause).__name__
        code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
        if code:
            facts["driver_code"] = str(code)
    statement = getattr(error, "statement", None)
    return facts | ({"statement": str(statement)} if statement else {})


def private_file(file: Path) -> None:
    """Create a SQLite file for its owner only; SQLite gives its -wal and -shm files the same mode."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if file.stat().st_mode & 0o077:
            for existing in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                if existing.exists():
                    existing.chmod(0o600)


def prepare_sqlite(connection: Any, wait_seconds: float) -> None:
    """Set up a new DBAPI connection: WAL, durable at checkpoints, transactions begun by us."""
    connection.isolation_level = None  # otherwise Python begins transactions itself, and only for writes
    cursor = connection.cursor()
    try:
        for pragma in (
            f"busy_timeout = {int(wait_seconds * 1000)}",  # first: switching to WAL may have to wait
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction the way its engine was asked to."""
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


def listen_sqlite(engine: Engine, wait_seconds: float) -> None:
    """Make every connection of the engine private, prepared, and begun by `begin_sqlite`."""

    def before(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
        private_file(Path(arguments[0]))

    def after(connection: object, _record: object) -> None:
        prepare_sqlite(connection, wait_seconds)

    event.listen(engine, "do_connect", before)
    event.listen(engine, "connect", after)
    event.listen(engine, "begin", begin_sqlite)


def _sqlite_engine(url: URL, patience_seconds: float) -> AsyncEngine:
    # The wait for our own connection and the wait for another process's lock add up to the patience.
    wait = patience_seconds / 2
    # One connection: our own writers queue for it instead of meeting at SQLite's lock.
    engine = create_async_engine(
        url,
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=wait,
    )
    listen_sqlite(engine.sync_engine, wait)
    return engine


def _postgresql_engine(url: URL, patience_seconds: float) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POSTGRESQL_POOL,
        max_overflow=0,
        pool_timeout=patience_seconds,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "portalbot",
            "options": f"-c statement_timeout={int(patience_seconds * 1000)} -c timezone=UTC",
        },
    )
