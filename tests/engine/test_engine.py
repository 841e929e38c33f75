"""Jobs run once per key, and what a dead process leaves behind is done by another."""

import asyncio
import inspect
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from dbos import _dbos
from sqlalchemy import Engine, event

from bot.engine import Every, Job, Steps
from bot.engine.client import open_queue
from bot.engine.databases import JobsDatabase, jobs_file
from bot.engine.running import LOOKS_LEFT_OUT, running_engine
from bot.errors import Unavailable
from bot.settings import Settings
from bot.store.database import Database
from tests.engine.conftest import QUICK
from tests.store.conftest import everything

pytestmark = pytest.mark.slow(30)


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


async def test_a_key_runs_once_however_often_it_is_put_in(settings: Settings, database: Database) -> None:
    done: list[str] = []

    async def note(_steps: Steps, what: str) -> None:
        done.append(what)

    async with running_engine(database, [Job("note", note)], timing=QUICK) as queue:
        for _ in range(3):
            await queue.put("note", "key-1", "first")
        await queue.put("note", "key-2", "second")
        await until(lambda: len(done) == 2)
        await queue.put("note", "key-1", "first")
        await asyncio.sleep(0.2)
    assert sorted(done) == ["first", "second"]


async def test_at_rest_dbos_looks_for_new_jobs_and_for_nothing_else(database: Database) -> None:
    # What is left out by name is what DBOS would start.
    assert all(f"target={name}" in inspect.getsource(_dbos) for name in LOOKS_LEFT_OUT)

    async def nothing(_steps: Steps) -> None:
        pass

    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        async with running_engine(database, [Job("nothing", nothing)], timing=QUICK):
            await until(lambda: sum("SELECT" in each and "workflow_status" in each for each in asked) > 3)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    looked = [each for each in asked if each.startswith(("SELECT", "UPDATE"))]
    assert not [each for each in looked if "workflow_schedules" in each or "deadline_epoch_ms <=" in each]


async def test_a_job_is_run_at_once_however_seldom_the_queues_are_looked_into(
    settings: Settings, database: Database
) -> None:
    done: list[int] = []

    async def note(_steps: Steps, number: int) -> None:
        done.append(number)

    seldom = replace(QUICK, poll=3600)
    async with (
        running_engine(database, [Job("note", note)], timing=seldom) as queue,
        open_queue(settings.database_url.get_secret_value()) as beside,
    ):
        await queue.put("note", "key-1", 1)
        await until(lambda: done == [1])
        await beside.put("note", "key-2", 2)
        await until(lambda: done == [1, 2])


async def test_another_process_may_put_jobs_in(settings: Settings, database: Database) -> None:
    done: list[int] = []

    async def note(_steps: Steps, number: int) -> None:
        done.append(number)

    async with (
        running_engine(database, [Job("note", note)], timing=QUICK),
        open_queue(settings.database_url.get_secret_value()) as outside,
    ):
        await outside.put("note", "key", 1)
        await until(lambda: done == [1])


async def test_jobs_put_in_before_anybody_runs_them_are_waiting(
    settings: Settings, database: Database
) -> None:
    done = asyncio.Event()

    async def note(_steps: Steps) -> None:
        done.set()

    async with running_engine(database, [], timing=QUICK) as queue:
        await queue.put("later", "key")
    async with running_engine(database, [Job("later", note)], timing=QUICK):
        await asyncio.wait_for(done.wait(), 15)


async def test_a_job_that_sleeps_when_the_process_stops_goes_on_in_the_next_one(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first process has a clock that is an hour ahead; nobody sleeps for an hour."""
    events: list[str] = []
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3600)

    async def nap(steps: Steps) -> None:
        events.append("begun")
        try:
            await steps.sleep(0.8)
        except asyncio.CancelledError:
            events.append("left")
            raise
        events.append("done")

    async with running_engine(database, [Job("nap", nap)], timing=QUICK) as queue:
        await queue.put("nap", "key")
        await until(lambda: events == ["begun"])
    assert events == ["begun", "left"]
    monkeypatch.setattr(time, "time", now)
    async with running_engine(database, [Job("nap", nap)], timing=QUICK):
        await until(lambda: events[-1] == "done")
    assert events == ["begun", "left", "begun", "done"]


DIES = """
import asyncio, os, signal, sys
from bot.engine import Job
from bot.engine.running import LOOKS_LEFT_OUT, running_engine
from bot.settings import Purpose, load_settings
from bot.store.database import Database
from tests.engine.conftest import QUICK

async def main(url, out):
    async def note(what):
        with open(out, "a") as file:
            file.write(what + "\\n")
        return what

    async def work(steps):
        await steps.once("first", note, "first")
        await steps.once("second", die)

    async def die():
        os.kill(os.getpid(), signal.SIGKILL)

    settings = load_settings({"DATABASE_URL": url}, require=Purpose.USE_DATABASE)
    jobs = [Job("work", work)]
    async with Database(url) as database:
        async with running_engine(database, jobs, timing=QUICK) as queue:
            await queue.put("work", "key")
            await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_a_killed_process_had_begun_is_finished_by_another(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    out = tmp_path / "done"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, settings.database_url.get_secret_value(), str(out),
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL

    async def note(what: str) -> str:
        with out.open("a") as file:
            file.write(what + "\n")
        return what

    async def work(steps: Steps) -> None:
        await steps.once("first", note, "first")
        await steps.once("second", note, "second")

    async with running_engine(database, [Job("work", work)], timing=QUICK):
        await until(lambda: "second" in out.read_text())
    assert out.read_text().split() == ["first", "second"]


async def test_stopping_finishes_the_step_in_flight(settings: Settings, database: Database) -> None:
    begun, done = asyncio.Event(), []

    async def slow() -> None:
        begun.set()
        await asyncio.sleep(0.3)
        done.append("finished")

    async def work(steps: Steps) -> None:
        await steps.once("slow", slow)
        await steps.sleep(3600)

    async with running_engine(database, [Job("work", work)], timing=QUICK) as queue:
        await queue.put("work", "key")
        await begun.wait()
    assert done == ["finished"]
    assert "pid" not in await everything(database, "engine_processes")


async def test_what_is_looked_at_again_and_again_survives_a_refusal(
    settings: Settings, database: Database
) -> None:
    looked = 0

    async def look() -> None:
        nonlocal looked
        looked += 1
        if looked == 1:
            raise Unavailable("database_unavailable", retry=True)

    async with running_engine(database, [], [Every("look", 0.01, look)], QUICK):
        await until(lambda: looked > 2)


async def test_the_file_of_the_jobs_is_private_and_beside_the_bots(
    settings: Settings, database: Database
) -> None:
    file = jobs_file(settings.database_url.get_secret_value())
    if file is None:
        pytest.skip("PostgreSQL keeps them in a schema")
    async with running_engine(database, [], timing=QUICK):
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_bytes()[18:20] == b"\x02\x02"  # write-ahead log


def test_a_time_that_the_database_fills_in_is_now_whatever_the_version_of_sqlite(tmp_path: Path) -> None:
    jobs = JobsDatabase(f"sqlite:///{tmp_path}/portalbot.db")
    before = time.time() * 1000 - 1  # SQLite has whole milliseconds
    with jobs.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a, at NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        connection.exec_driver_sql("INSERT INTO t (a) VALUES (1)")
        filled_in, asked = connection.exec_driver_sql("SELECT at, unixepoch('subsec') * 1000 FROM t").one()
    jobs.close()
    assert before <= filled_in <= asked <= time.time() * 1000
