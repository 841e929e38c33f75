"""Where jobs are kept, and how the connections to it are set up."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from bot.store.sqlite import keep_private, prepare_sqlite

SCHEMA = "portalbot_jobs"
CONNECTIONS = 5
WAIT_SECONDS = 30
SECONDS_TO_WRITE = 2
SUBSEC_SINCE = (3, 42)
"""SQLite's release that knows `unixepoch('subsec')`; DBOS calls the function in no other way.

From Python 3.12 on DBOS takes it for granted; Debian 12 has 3.40, where it is NULL and nothing is stored.
"""


def jobs_file(database_url: str) -> Path | None:
    """Return the SQLite file of the jobs, beside the bot's own; None for PostgreSQL."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    file = Path(url.database)
    return file.with_name(f"{file.stem}.jobs{file.suffix}")


class JobsDatabase:
    """The connections of the engine. DBOS leaves some of its own open; `close` closes all."""

    def __init__(self, database_url: str) -> None:
        file = jobs_file(database_url)
        self.engine = _sqlite(file) if file else _postgresql(make_url(database_url))
        self._open: list[Any] = []
        event.listen(self.engine, "connect", lambda connection, _record: self._open.append(connection))

    def close(self) -> None:
        """Wait up to two seconds for writes in progress, then close every connection. Blocks."""
        deadline = time.monotonic() + SECONDS_TO_WRITE
        pool = self.engine.pool
        while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.engine.dispose()
        for connection in self._open:
            connection.close()


def _sqlite(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        connect_args={"check_same_thread": False},  # `close` runs in another thread than the one that opened
    )

    def after(connection: Any, _record: object) -> None:
        # The mode DBOS gives to connections of its own, and what it leaves out: without WAL its polling and
        # the jobs keep each other waiting (117 jobs a second against 198).
        prepare_sqlite(connection, WAIT_SECONDS, begins="IMMEDIATE")
        if sqlite3.sqlite_version_info < SUBSEC_SINCE:
            connection.create_function("unixepoch", 1, lambda _modifier: time.time())

    event.listen(engine, "do_connect", keep_private)
    event.listen(engine, "connect", after)
    return engine


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "portalbot jobs",
            "options": "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )
