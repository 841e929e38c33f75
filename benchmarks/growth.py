"""What agents and operators wait for when the tables hold years: `python -m benchmarks.growth [--scale 1]`.

Fills both kinds of database, SQLite to a fifth, and asks the program as its own process. The stand-ins for
Stripe and Slack answer at once, so that what is measured is our own time.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import psycopg

from benchmarks.big_tables import tell_digest
from benchmarks.databases import databases
from benchmarks.full_rows import AGENTS, ALERTS, AUDIT_LINES, EVENTS, HEAVIEST, USUAL
from benchmarks.full_tables import POSTGRESQL_OPTIONS, fill_postgresql, fill_sqlite
from benchmarks.growth_export import EXPORTED, Exported, export_rows, measure_export
from benchmarks.load import Target, Times, commands
from benchmarks.promise import Part, Row, one_table, waited
from benchmarks.slack_side import SlackSide
from benchmarks.stand_in import ANYBODY
from benchmarks.web import (
    SECRET,
    bot_environment,
    free_port,
    processor_milliseconds,
    running,
    sandbox_objects,
)
from bot.engine.migrate import migrate_jobs
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.stand.signing import slack_headers

ANSWERS = 200
FIRST = 3
"""Answers before those that are measured: the program has just been started."""
LONGEST_MS = 100
"""Promised for 99 of 100 answers."""
OF_SQLITE = 0.2
BYTES_NEEDED = 15_000_000_000
"""On disk while the tables of full size are made."""
TYPED = {
    "history of a customer": f"history {USUAL}",
    "history of the busiest customer": f"history {HEAVIEST}",
    "history of all": "history",
    "card": USUAL,
    "card of the busiest customer": HEAVIEST,
    "open alerts": "alerts",
    "a later page of them": "alerts skip:300",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What answers of one kind took, and milliseconds of the program's processor time for each."""

    times: Times
    processor: float


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured on one kind of database; `filled` are its rows, `size` is what it takes on disk."""

    database: str
    filled: str
    size: str
    fill_seconds: float
    answers: dict[str, Answers]
    digest_seconds: float
    exports: dict[str, Exported]


def measure_growth(scale: float = 1) -> Part:
    """Fill both databases at the same time, as far as the disk has room, then measure one after the other."""
    with tempfile.TemporaryDirectory(prefix="portalbot-growth-") as folder:
        scale = min(scale, shutil.disk_usage(folder).free / BYTES_NEEDED)
        urls = list(databases(Path(folder), "growth", POSTGRESQL_OPTIONS))
        for url in urls:
            migrate(url)
            migrate_jobs(url)
        with ThreadPoolExecutor(len(urls)) as fillers:
            seconds = list(fillers.map(lambda url: _fill(url, scale), urls))
        return _part([_measure(url, scale, took) for url, took in zip(urls, seconds, strict=True)])


def _fill(url: str, scale: float) -> float:
    began, now = time.monotonic(), int(time.time())
    if _is_sqlite(url):
        fill_sqlite(url.removeprefix("sqlite:///"), scale * OF_SQLITE, now)
    else:
        fill_postgresql(_libpq(url), scale, now)
    return time.monotonic() - began


def _measure(url: str, scale: float, fill_seconds: float) -> Grown:
    share = scale * OF_SQLITE if _is_sqlite(url) else scale
    counts = [f"{int(full * share):,}" for full in (AUDIT_LINES, EVENTS, ALERTS)]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        stripe, slack, port = free_port(), free_port(), free_port()
        environment = bot_environment(stripe, slack, folder, port) | {"DATABASE_URL": url}
        objects = Path(folder) / "objects.json"
        objects.write_text(json.dumps(_objects()))
        servers.enter_context(running(["benchmarks.stand_in", str(stripe), "0", str(objects)], stripe))
        with running(["bot", "serve"], port, environment) as (process, _):
            answers = asyncio.run(_ask(port, slack, process))
        digest_seconds = asyncio.run(_digest(url))
        exports = {table: measure_export(environment, folder, *wanted) for table, wanted in EXPORTED.items()}
    return Grown(
        "sqlite" if _is_sqlite(url) else "postgresql",
        "{} audit lines, {} events, {} alerts".format(*counts),
        _size(url),
        fill_seconds,
        answers,
        digest_seconds,
        exports,
    )


def _objects() -> dict[str, object]:
    """What the stand-in for Stripe knows: everybody is the sandbox's first customer by another id."""
    objects = sandbox_objects()
    found = str(objects.pop("customer"))
    customer = json.loads(json.dumps(objects.pop(f"/v1/customers/{found}")).replace(found, ANYBODY))
    return {**objects, f"/v1/customers/{ANYBODY}": customer}


async def _ask(port: int, slack_port: int, process: int) -> dict[str, Answers]:
    """Ask everything so often, one after the other."""
    slack = SlackSide()

    async def typed(text: str, count: int) -> list[float]:
        target = Target(port, SECRET, text, f"http://127.0.0.1:{slack_port}")
        sent = await commands(target, 1, count, after=lambda each: slack.answered(each.number))
        return [slack.answers[each.number] - each.sent for each in sent]

    async def homes(count: int) -> list[float]:
        return [await _home(port, slack, number) for number in range(count)]

    async def measured(ask: Callable[[int], Awaitable[list[float]]]) -> Answers:
        await ask(FIRST)
        before = processor_milliseconds(process)
        seconds = await ask(ANSWERS)
        return Answers(Times.of(seconds), (processor_milliseconds(process) - before) / ANSWERS)

    async with await slack.start(slack_port):
        answers = {name: await measured(partial(typed, text)) for name, text in TYPED.items()}
        return answers | {"App Home of an agent": await measured(homes)}


async def _home(port: int, slack: SlackSide, number: int) -> float:
    """Open the App Home of one of the agents; seconds until it is published."""
    opened = {"type": "app_home_opened", "user": f"U0AGENT{number % AGENTS}", "channel": "D1", "tab": "home"}
    event = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{time.time_ns()}", "event": opened}
    body = json.dumps(event).encode()
    headers = slack_headers(body, secret=SECRET, content_type="application/json")
    slack.home_published.clear()
    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        async with session.post(
            f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers
        ) as answer:
            answer.raise_for_status()
        async with asyncio.timeout(10):
            await slack.home_published.wait()
        return time.perf_counter() - began


async def _digest(url: str) -> float:
    async with Database(url) as database:
        began = time.perf_counter()
        if await tell_digest(database, int(time.time())) != "1 told":
            raise RuntimeError("no digest was told")
        return time.perf_counter() - began


def _size(url: str) -> str:
    """Say what is taken on disk."""
    if _is_sqlite(url):
        return _gigabytes(Path(url.removeprefix("sqlite:///")).stat().st_size)
    with psycopg.connect(_libpq(url)) as connection:
        whole = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        tables = connection.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relname IN"
            " ('audit', 'stripe_events', 'portal_links', 'alerts', 'alert_events') ORDER BY 2 DESC"
        ).fetchall()
    assert whole
    parts = ", ".join(f"{name} {_gigabytes(size)}" for name, size in tables)
    return f"{_gigabytes(whole[0])}: {parts}"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "")


def _part(grown: Sequence[Grown]) -> Part:
    rows: list[Row] = []
    for each in grown:
        filled = f"filled in {each.fill_seconds:.0f} s"
        rows.append(Row(f"on disk, {each.database}", each.size, beside=f"{each.filled}; {filled}"))
        rows += [
            waited(
                f"{what}, {each.database}",
                answers.times,
                p99=LONGEST_MS,
                more=f"{answers.processor:.1f} ms of processor time",
            )
            for what, answers in each.answers.items()
        ]
        rows.append(
            Row(f"digest of a week, in the background, {each.database}", f"{each.digest_seconds:.1f} s")
        )
        rows += export_rows(each.database, each.exports)
    how = f"""{AUDIT_LINES:,} audit lines, {EVENTS:,} events and {ALERTS:,} alerts of two years on
    PostgreSQL, a fifth of each on SQLite, with links, mails and what made the alerts beside them; fewer where
    the disk has no room for them: the lines "on disk" say how many. {ANSWERS} answers of each kind, after
    {FIRST} that are not counted, one after the other, from what an agent types to the message in Slack; the
    stand-ins for Stripe and Slack answer at once. An export is timed from its first line on, and prints five
    audit lines for each event, of 1 kB, as the tables hold them; killed, it goes on after its last whole
    line."""
    return Part("With full tables", rows, how)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fill the tables, and measure.")
    parser.add_argument("--scale", type=float, default=1.0)
    print(one_table([measure_growth(parser.parse_args().scale)]))
