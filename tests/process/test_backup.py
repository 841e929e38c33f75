"""What was backed up comes back, on both databases, and nothing is overwritten that nobody named."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.alerts.rows.tables import alerts
from bot.engine.client import open_queue
from bot.engine.migrate import migrate_jobs
from bot.errors import BadUsage, Unavailable
from bot.mail.tables import mails
from bot.process.backup import back_up, restore
from bot.store.database import Database
from bot.store.tables import audit, stripe_events
from tests.sqlite import with_tables

NOW = int(time.time())
MAIL = {
    "created_at": 1, "actor": "U0ALEX", "customer": "cus_1", "livemode": False, "template": "login_link",
    "locale": "en", "recipient": "jenny@example.com", "subject": "Sign in", "attempt": 0, "due_at": 1,
    "give_up_at": 2,
}  # fmt: skip
ALERT = {
    "rule": "payment_failed", "template": "payment_failed", "severity": "page", "storm": False,
    "livemode": False, "facts": {"reason": "insufficient_funds"}, "about": {"name": "Jenny"},
    "customer": "cus_1", "count": 2, "first_at": 1, "last_at": 2, "raised_at": 1, "changed_at": 2,
    "episode": 1, "escalated_episode": 1, "revision": 2, "posted_revision": 2,
    "message_channel": "C0ALERTS", "message_ts": "1.1",
}  # fmt: skip
ROWS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (audit, {"at": 1, "actor": "U0ALEX", "verb": "home", "outcome": "issued", "livemode": False}),
    (stripe_events, {"id": "evt_1", "type": "charge.failed", "created": 1, "livemode": False,
                     "received_at": 1, "payload": {"id": "ch_1"}, "handled_at": 2}),
    (alerts, ALERT | {"group_key": "open", "status": "open"}),
    (alerts, ALERT | {"group_key": "taken", "status": "acknowledged", "assignee": "U0SAM",
                      "acknowledged_by": "U0SAM", "acknowledged_at": 3}),
    (mails, MAIL | {"id": "sent", "state": "sent", "finished_at": 1}),
    (mails, MAIL | {"id": "waiting", "state": "queued"}),
)  # fmt: skip
JOB = "escalate:1:1"


def done(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


async def fill(url: str) -> None:
    def write(connection: Connection) -> None:
        for table, row in ROWS:
            connection.execute(table.insert().values(**row))

    async with Database(url) as database, open_queue(url) as queue:
        await database.write(write)
        await queue.put("escalate", JOB, 1, 1, 0.0)


async def kept(url: str) -> dict[str, list[Any]]:
    """Every row that people know something of, and the jobs that wait."""

    def read(connection: Connection) -> dict[str, list[Any]]:
        return {
            table.name: [*connection.execute(table.select().order_by(table.c.id))]
            for table in (audit, stripe_events, alerts, mails)
        }

    async with Database(url) as database, open_queue(url) as queue:
        jobs = await queue._run(queue._client.list_workflows)
        return await database.read(read) | {"jobs": [each.workflow_id for each in jobs]}


BOTH = pytest.mark.parametrize(
    "filled", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with something in every table that people know of."""
    if getattr(request, "param", "sqlite") == "sqlite":
        url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    else:
        url = str(request.getfixturevalue("postgres_url"))
    migrate_jobs(url)
    done(fill(url))
    return url


@pytest.fixture
def elsewhere(filled: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the same kind."""
    if filled.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/new.db"
    return str(request.getfixturevalue("empty_postgres_url"))


def comes_back(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> None:
    """The same history, alerts, jobs and sent mails; the mail that waited is parked."""
    assert len(before["alerts"]) == 2
    sent, waiting = after.pop("mails")
    assert sent == before["mails"][0]
    assert (waiting.state, waiting.code) == ("parked", "restored")
    assert after == {name: rows for name, rows in before.items() if name != "mails"}
    assert after["jobs"] == [JOB]


@BOTH
def test_a_restored_database_has_the_same_history_alerts_events_mails_and_jobs(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    before = done(kept(filled))
    assert back_up(filled, file, NOW).rows == {"audit": 1, "stripe_events": 1, "alerts": 2, "mails": 2}
    assert file.stat().st_mode & 0o777 == 0o600
    assert restore(elsewhere, file, NOW, replace=False).parked == 1
    comes_back(before, done(kept(elsewhere)))
    assert {each.name for each in tmp_path.iterdir() if "unfinished" in each.name} == set()


WORKS = """
import asyncio, sys, time
from sqlalchemy import text
from bot.engine.processes import Processes, this_process
from bot.store.database import Database

async def main(url):
    now = int(time.time())
    async with Database(url) as database:
        await Processes(database, this_process(None, now), 3600).beat(now)
        for line in sys.stdin:
            await database.write(lambda connection: connection.execute(text(line)))
            print("done", flush=True)

asyncio.run(main(sys.argv[1]))
"""


@contextmanager
def at_work(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the bot that does the statements it is given, until it is killed."""
    command = [sys.executable, "-c", WORKS, url]
    pipe, root = subprocess.PIPE, Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root) as process:
        try:
            yield process
        finally:
            process.kill()


def does(process: subprocess.Popen[str], statement: str) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    print(statement, file=process.stdin, flush=True)
    assert process.stdout.readline() == "done\n"


@BOTH
def test_what_a_killed_process_left_is_replaced_by_the_backup_and_not_while_it_lives(
    filled: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    before = done(kept(filled))
    with at_work(filled) as process:
        does(process, "UPDATE alerts SET count = count")
        back_up(filled, file, NOW)
        does(process, "UPDATE alerts SET status = 'resolved', resolved_by = 'U0NOBODY'")
        does(process, "DELETE FROM mails")
        with pytest.raises(Unavailable, match="restore_running"):
            restore(filled, file, NOW, replace=True)
        process.kill()
        assert process.wait(10) == -signal.SIGKILL
    assert done(kept(filled))["mails"] == []
    restore(filled, file, NOW, replace=True)
    comes_back(before, done(kept(filled)))


@BOTH
def test_a_database_with_something_in_it_is_replaced_only_when_that_is_said(
    filled: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    back_up(filled, file, NOW)
    statement = text("INSERT INTO link_grants (actor, customer, livemode, at) VALUES ('U', 'c', false, 1)")

    async def give(url: str) -> None:
        async with Database(url) as database:
            await database.write(lambda c: c.execute(statement))

    async def given(url: str) -> int:
        async with Database(url) as database:
            return await database.read(lambda c: c.scalar(text("SELECT count(*) FROM link_grants")))

    done(give(filled))
    with pytest.raises(BadUsage, match="restore_not_empty"):
        restore(filled, file, NOW, replace=False)
    assert done(given(filled)) == 1
    restore(filled, file, NOW, replace=True)
    assert done(given(filled)) == 0


def test_no_file_is_overwritten(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    file.write_text("a letter")
    with pytest.raises(BadUsage, match="backup_file_exists"):
        back_up(filled, file, NOW)
    assert file.read_text() == "a letter"


@pytest.mark.parametrize("content", [b"", b"a letter", b"SQLite format 3\0"])
def test_what_is_no_backup_changes_nothing(filled: str, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "copy"
    file.write_bytes(content)
    with pytest.raises(BadUsage, match="backup_unreadable"):
        restore(filled, file, NOW, replace=True)
    assert len(done(kept(filled))["audit"]) == 1


def test_a_full_disk_is_not_said_to_be_a_broken_backup(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fills_the_disk(*_: Path) -> None:
        with closing(sqlite3.connect(":memory:")) as small:
            small.execute("PRAGMA max_page_count = 1")
            small.execute("CREATE TABLE more (row TEXT)")

    back_up(filled, tmp_path / "copy", NOW)
    monkeypatch.setattr("bot.store.backup.sqlite._copy", fills_the_disk)
    with pytest.raises(Unavailable, match="restore_failed") as caught:
        restore(filled, tmp_path / "copy", NOW, replace=True)
    assert "full" in str(caught.value.facts["said"])
    assert len(done(kept(filled))["audit"]) == 1


def _next_revision(url: str) -> None:
    async def renumber() -> None:
        async with Database(url) as database:
            await database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    done(renumber())


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_backup_of_a_newer_version_is_refused(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    own = f"sqlite:///{tmp_path}/portalbot.db"
    url = with_tables(own) if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    _next_revision(url)
    back_up(url, tmp_path / "copy", NOW)
    with pytest.raises(BadUsage, match="backup_newer"):
        restore(url, tmp_path / "copy", NOW, replace=True)


def test_a_copy_of_the_file_alone_is_no_backup(tmp_path: Path) -> None:
    with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    with pytest.raises(BadUsage, match="backup_unreadable"):
        restore(f"sqlite:///{tmp_path}/new.db", tmp_path / "portalbot.db", NOW, replace=False)
    assert not (tmp_path / "new.db").exists()


def test_a_sqlite_backup_can_be_looked_into_with_sqlite(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    back_up(url, tmp_path / "copy", NOW)
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT at FROM backup_made").fetchall() == [(NOW,)]


def test_a_database_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="backup_nothing"):
        back_up(f"sqlite:///{tmp_path}/portalbot.db", tmp_path / "copy", NOW)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.postgres
def test_without_postgresqls_programs_it_says_which_are_missing(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable) as caught:
        back_up(postgres_url, tmp_path / "copy", NOW)
    assert caught.value.code == "postgresql_programs_missing"
    assert "pg_dump" in str(caught.value.facts["names"])


def test_a_server_that_is_away_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="database_unavailable"):
        back_up("postgresql+psycopg://u:hush@127.0.0.1:1/d", tmp_path / "copy", NOW)


@pytest.mark.postgres
def test_what_is_no_backup_leaves_postgresql_alone(postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("a letter")
    with pytest.raises(BadUsage, match="backup_unreadable"):
        restore(postgres_url, tmp_path / "copy", NOW, replace=True)
