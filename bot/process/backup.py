"""`portalbot backup` and `portalbot restore`: which files and tables, and what must not be running."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts.rows.tables import alerts
from bot.engine.databases import SCHEMA, jobs_file
from bot.engine.jobs import Timing
from bot.engine.migrate import migrate_jobs
from bot.engine.processes import Processes, this_process
from bot.errors import BadUsage, Unavailable
from bot.logs import get_log
from bot.mail.rows import park_unfinished
from bot.mail.tables import mails
from bot.process.exported import EXPORTED
from bot.store.backup import count_rows, postgresql, refuse_existing, sqlite
from bot.store.clock import DatabaseClock
from bot.store.database import Database, describe
from bot.store.migrate import migrate, open_engine, read_revision
from bot.store.tables import audit, metadata, stripe_events

COUNTED = (audit, stripe_events, alerts, mails)
"""The tables that people know something of; their rows are counted for the answer."""
_OTHERS_CONNECTED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name IN ('portalbot', 'portalbot jobs') AND pid <> pg_backend_pid()"
)
_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup or a restored database holds, in rows by table, and how many mails were parked."""

    rows: Mapping[str, int]
    parked: int = 0


def back_up(database_url: str, file: Path, now: int) -> Kept:
    """Write everything the bot keeps into a new file. Blocks. `now` is in Unix seconds.

    Raises BadUsage or Unavailable; then there is no such file.
    """
    refuse_existing(file)
    url, jobs = make_url(database_url), jobs_file(database_url)
    if jobs is not None and not Path(str(url.database)).exists():
        raise BadUsage("backup_nothing")  # to look into it would make it
    with _connected(url) as connection:
        if not read_revision(connection):
            raise BadUsage("backup_nothing")
        rows = count_rows(connection, COUNTED)
    if jobs is None:
        postgresql.write_backup(url, file)
    else:
        sqlite.write_backup(Path(str(url.database)), jobs, file, now)
    return Kept(rows)


def restore(database_url: str, file: Path, now: int, *, replace: bool) -> Kept:
    """Put a backup in the place of the database, and bring its tables up to date. Blocks.

    With `replace` also when something is in the database already. A mail that was not out when the backup was
    made is parked: it may have been sent since, and nobody here can know.

    Raises:
        BadUsage: "backup_unreadable", "backup_newer", "restore_not_empty".
        Unavailable: "restore_running" while a process of the bot works with the database.
    """
    if not file.is_file():
        raise BadUsage("backup_unreadable", file=str(file))
    url, jobs = make_url(database_url), jobs_file(database_url)
    if jobs is None or Path(str(url.database)).exists():
        _refuse_in_use(database_url, url, replace=replace)
    if jobs is None:
        # Named by what is exported as well: a table that no module has imported is not in `metadata` yet.
        tables = sorted({*metadata.tables, *(each.table.name for each in EXPORTED), "alembic_version"})
        postgresql.read_backup(file, url, schema=SCHEMA, tables=tables)
    else:
        sqlite.read_backup(file, Path(str(url.database)), jobs)
    migrate(database_url)
    migrate_jobs(database_url)
    with _connected(url, writing=True) as connection:
        return Kept(count_rows(connection, COUNTED), park_unfinished(connection, now))


def _refuse_in_use(database_url: str, url: URL, *, replace: bool) -> None:
    with _connected(url) as connection:
        has_tables = bool(read_revision(connection))
        filled = any(count_rows(connection, COUNTED).values())
        others = connection.scalar(_OTHERS_CONNECTED) if connection.dialect.name == "postgresql" else 0
    if others or (has_tables and asyncio.run(_running(database_url))):
        raise Unavailable("restore_running", retry=True, seconds=int(Timing().dead_after))
    if filled and not replace:
        raise BadUsage("restore_not_empty")


async def _running(database_url: str) -> bool:
    async with Database(database_url) as database:
        clock = DatabaseClock(database)
        await clock.set()
        me = this_process(None, clock.whole())
        return bool(await Processes(database, me, Timing().dead_after).living(clock.whole()))


@contextmanager
def _connected(url: URL, *, writing: bool = False) -> Iterator[Connection]:
    engine: Engine = open_engine(url, "portalbot backup", writing=writing)
    try:
        with engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, OSError) as error:
        _log.error("backup_database_error", **describe(error))
        raise Unavailable("database_unavailable", retry=False) from None
    finally:
        engine.dispose()
