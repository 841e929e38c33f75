"""Connections to SQLite: a file for its owner only, in WAL mode, transactions that begin the way we say."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

WRITING: Final = {"sqlite_begin": "BEGIN IMMEDIATE", "sqlite_synchronous": "FULL"}
"""For an engine whose transactions are going to write: they take the lock at once, and survive a power cut.

Upgrading a read lock later fails without waiting when somebody else wrote in between.
"""
PASSING: Final = WRITING | {"sqlite_synchronous": "NORMAL"}
"""For writes that a power cut may take, together with all that came after them and was not synced either."""


def private_file(file: Path) -> None:
    """Create a SQLite file for its owner only; SQLite gives its -wal and -shm files the same mode."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if file.stat().st_mode & 0o077:
            for existing in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                if existing.exists():
                    existing.chmod(0o600)


def prepare_sqlite(connection: Any, wait_seconds: float, *, begins: str | None) -> None:
    """Set up a new DBAPI connection: WAL, durable at checkpoints; `begins` as its `isolation_level`."""
    connection.isolation_level = begins
    for pragma in (
        f"busy_timeout = {int(wait_seconds * 1000)}",  # first: switching to WAL may have to wait
        "auto_vacuum = INCREMENTAL",  # of a new file only, before anything is written
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if "sqlite_synchronous" in options:
        connection.exec_driver_sql(f"PRAGMA synchronous = {options['sqlite_synchronous']}")
    connection.exec_driver_sql(options.get("sqlite_begin", "BEGIN"))


def listen_sqlite(engine: Engine, wait_seconds: float) -> None:
    """Make every connection of the engine private, prepared, and its transactions begun as asked."""

    def after(connection: object, _record: object) -> None:
        # Otherwise Python begins transactions itself, and only for writes.
        prepare_sqlite(connection, wait_seconds, begins=None)

    event.listen(engine, "do_connect", keep_private)
    event.listen(engine, "connect", after)
    event.listen(engine, "begin", _begin)


def keep_private(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
    """Create the file that is about to be opened for its owner only (SQLAlchemy's event `do_connect`)."""
    private_file(Path(arguments[0]))


def checkpoint(file: str) -> None:
    """Move what was written into the file itself, as far as nobody reads what was there before.

    SQLite leaves that to whoever's write finds a thousand pages waiting; that one waits for the disk. Here
    nobody does, since it takes no lock that a writer needs.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(file, timeout=0)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def sqlite_engine(url: URL, patience_seconds: float) -> Engine:
    """Return an engine with one connection, for one thread."""
    engine = create_engine(
        url.set(drivername="sqlite"), hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=0
    )
    listen_sqlite(engine, patience_seconds)
    return engine
