"""The database: one per process, SQLite in a file or PostgreSQL.

Whatever the driver raises leaves this module as `Unavailable`, and nobody waits longer than five seconds: an
agent is owed an answer also when the database is not there.

A transaction is one synchronous function, run as a whole in a thread of the database's own. The async SQLite
driver hops between threads for every statement: a link's two transactions took 6.2 ms of processor time with
it, and take 1.5 ms this way.
"""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Unavailable
from bot.store.bell import Bell
from bot.store.group_commit import GroupCommit, Transaction
from bot.store.notifications import notify_others
from bot.store.sqlite import PASSING, WRITING, checkpoint, sqlite_engine

PATIENCE_SECONDS = 5.0
POSTGRESQL_CONNECTIONS = 5

_CHANGED: Final = "portalbot_changed_rows"

Result = TypeVar("Result")
Work = Callable[[Connection], Result]
Done = tuple[Any, bool]
"""What work has returned, and whether somebody is to hear that it changed rows."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Along:
    """What goes along with a write: `work` in its transaction, `committed` once that is committed.

    `work` is given what the write returns.
    """

    work: Callable[[Connection, Any], object]
    committed: Callable[[], None] = lambda: None


NOTHING_ALONG = Along(lambda _connection, _result: None)


class Database:
    """Runs transactions. Nothing is opened before the first use; `close` ends it."""

    def __init__(self, url: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Take an address as `Settings.database_url` holds it."""
        self.url = url
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        make_engine = sqlite_engine if self.is_sqlite else _postgresql_engine
        self._engine = make_engine(parsed, patience_seconds)
        self._writing = self._engine.execution_options(**WRITING)
        self._passing = self._engine.execution_options(**PASSING)
        # On PostgreSQL no statement sees more by being in a transaction, which costs two questions more.
        alone = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reading = self._engine.execution_options(**alone)
        # One thread on SQLite: our own writers queue for it instead of meeting at the file's lock.
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else POSTGRESQL_CONNECTIONS, "database")
        self._group_commit = GroupCommit(self._threads, self._commit)
        self._patience = patience_seconds
        self._along = NOTHING_ALONG
        self.bell = Bell()
        """Rings for what this process wrote; `hearing_others` has it ring for other processes, too."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Finish the transactions in progress, then close every connection."""
        await self._group_commit.finish()
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    async def read(self, work: Work[Result]) -> Result:
        """Run what only reads. Raises Unavailable("database_unavailable")."""
        result: Result = (await self._patiently(self._alone(self._reading), Transaction(work)))[0]
        return result

    async def write(
        self, work: Work[Result], *, lasting: bool = True, wakes: bool = True, alone: bool = False
    ) -> Result:
        """Run a transaction, undone when `work` raises. Raises Unavailable("database_unavailable").

        `work` runs in another thread: it gets plain values and returns plain values. On SQLite it may run
        again, when what it was to be committed with fails: it is undone before. What itself ends the
        transaction has to be `alone` in it. A power cut there may take what is not `lasting`: what Stripe is
        asked for again, and what is only counted. What changed rows rings the bell, here and in other
        processes, unless nothing waits for it (`wakes`).
        """
        along = self._along

        def whole(connection: Connection) -> Result:
            result = work(connection)
            along.work(connection, result)
            return result

        do = self._group_commit.do if self.is_sqlite else self._alone(self._writing)
        result, changed = await self._patiently(do, Transaction(whole, lasting, wakes, alone))
        along.committed()
        if changed:
            self.bell.ring()
        written: Result = result
        return written

    def along(self, along: Along) -> Self:
        """Return the same database, for writes that something goes along with: all or nothing is stored."""
        same = copy.copy(self)
        same._along = along
        return same

    async def checkpoint(self) -> None:
        """Move what was written into the SQLite file itself, if it is one, so that no other writer has to."""
        if self.is_sqlite:
            await asyncio.to_thread(checkpoint, str(self._engine.url.database))

    async def _patiently(
        self, do: Callable[[Transaction], Awaitable[Done]], transaction: Transaction
    ) -> Done:
        try:
            async with asyncio.timeout(self._patience):
                return await do(transaction)
        except (SQLAlchemyError, TimeoutError, OSError) as error:
            _log.error("database_error", **describe(error))  # no traceback: the driver's text quotes rows
            raise unavailable(error, self._engine.url, retry=True) from None
        finally:
            transaction.given_up.set()

    def _alone(self, engine: Engine) -> Callable[[Transaction], Awaitable[Done]]:
        async def do(transaction: Transaction) -> Done:
            running = asyncio.get_running_loop()
            done: list[Done] = []
            await running.run_in_executor(self._threads, _run, engine, [transaction], done)
            return done[0]

        return do

    def _commit(self, transactions: Sequence[Transaction], done: list[Done]) -> None:
        _run(self._writing if transactions[0].lasting else self._passing, transactions, done)


class Rows:
    """What reads and writes tables of one database; inherited for `along`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def along(self, along: Along) -> Self:
        """Return the same rows, for changes that something goes along with."""
        same = copy.copy(self)
        same._database = self._database.along(along)
        return same


def _run(engine: Engine, transactions: Sequence[Transaction], done: list[Done]) -> None:
    """Do all in one commit; each is `done` that went well."""
    _refuse_given_up(transactions)
    with engine.begin() as connection:
        for each in transactions:
            _do(connection, each, done)
        _refuse_given_up(transactions)


def _refuse_given_up(transactions: Sequence[Transaction]) -> None:
    if any(each.given_up.is_set() for each in transactions):
        # The caller has been told that it failed; then it must not have happened.
        raise TimeoutError


def _do(connection: Connection, transaction: Transaction, done: list[Done]) -> None:
    before = changed_rows(connection) if transaction.wakes else 0
    result = transaction.work(connection)
    changed = transaction.wakes and changed_rows(connection) != before
    if changed and connection.dialect.name == "postgresql":
        notify_others(connection)
    done.append((result, changed))


def changed_rows(connection: Connection) -> int:
    """Return how many rows a connection has changed since it was opened."""
    if connection.dialect.name == "sqlite":
        return int(getattr(connection.connection.driver_connection, "total_changes", 0))
    return int(connection.info.get(_CHANGED, 0))


def _count_changed(connection: Connection, cursor: Any, *_: object) -> None:
    """Add what PostgreSQL says a statement did: `UPDATE 2`, `INSERT 0 1`, `SELECT 7`."""
    what, _space, count = (cursor.statusmessage or "").rpartition(" ")
    if what.startswith(("INSERT", "UPDATE", "DELETE")):
        connection.info[_CHANGED] = connection.info.get(_CHANGED, 0) + int(count)


def unavailable(error: BaseException, url: URL, *, retry: bool) -> Unavailable:
    """Return the refusal for an error: no answer, no tables, or a file that takes no writes."""
    if _tables_missing(error):
        return Unavailable("tables_missing", retry=False)
    if url.get_backend_name() == "sqlite" and _not_writable(error):
        return Unavailable("database_not_writable", file=str(url.database), retry=False)
    return Unavailable("database_unavailable", retry=retry)


def _not_writable(error: BaseException) -> bool:
    """Return whether a SQLite file cannot be opened or written, or its disk is full."""
    if isinstance(error, OSError):
        return not isinstance(error, TimeoutError)
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))
    return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL"))


def _tables_missing(error: BaseException) -> bool:
    """Return whether a table or a column is missing: `migrate` has not run since the last deploy."""
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code in {"42P01", "42703"} or "no such table" in str(getattr(error, "orig", ""))


def describe(error: BaseException) -> dict[str, str]:
    """Return what may be logged of a database error: its class, code and statement, and no values."""
    cause = getattr(error, "orig", None)
    facts = {"error": type(error).__name__}
    if cause is not None:
        facts["driver_error"] = type(cause).__name__
        code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
        if code:
            facts["driver_code"] = str(code)
    statement = getattr(error, "statement", None)
    return facts | ({"statement": str(statement)} if statement else {})


def _postgresql_engine(url: URL, patience_seconds: float) -> Engine:
    milliseconds = int(patience_seconds * 1000)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_timeout=patience_seconds,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": max(2, int(patience_seconds)),  # libpq knows no shorter one
            "tcp_user_timeout": milliseconds,
            "application_name": "portalbot",
            "options": f"-c statement_timeout={milliseconds} -c timezone=UTC",
        },
    )
    event.listen(engine, "after_cursor_execute", _count_changed)
    return engine
