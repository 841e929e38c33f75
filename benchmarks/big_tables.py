"""`make soak`: what is done with tables of years holds up nobody who writes meanwhile.

    python -m benchmarks.big_tables [--scale 1] [<database url>]

Fills tables of an older revision with 2,000,000 audit lines, 500,000 events and 200,000 alerts, and then
migrates, prunes, forgets, exports and tells the digest, while another process writes an audit line every few
milliseconds and notes how long each took. Writes benchmarks/BIG_TABLES.md.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock_time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from zoneinfo import ZoneInfo

from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import make_url

from benchmarks.big_fill import CUSTOMER, DAY, fill
from benchmarks.databases import databases
from benchmarks.promise import table
from bot.alerts.rotation import Handover
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.retention import prune_alerts
from bot.alerts.settings import DigestTable
from bot.alerts.weekly import WeeklyDigest
from bot.health.backlog import read_backlog
from bot.metrics import Metrics
from bot.process.exported import EXPORTED
from bot.store.audit import AuditTrail
from bot.store.batches import return_free_pages
from bot.store.database import Database
from bot.store.export import export_lines
from bot.store.migrate import alembic_config, migrate, open_engine
from bot.store.retention import prune_audit, prune_events
from bot.use_cases.erasure import CustomerEraser

OLDER = "0007"
"""The revision that is filled."""
LONGEST_WAIT_MS = 100.0
PAUSE = 0.005
HEAD = """# Big tables

Made by `python -m benchmarks.big_tables`: what was done with 2,000,000 audit lines, 500,000 events and
200,000 alerts, and how long another process waited for each of its writes meanwhile, the first of its
connection aside. At most 100 ms are promised on a machine that does nothing else; one line says what this one
took with nothing going on.
"""
FILE = Path(__file__).with_name("BIG_TABLES.md")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with the tables, and how long writers waited meanwhile, in milliseconds."""

    database: str
    name: str
    came_of_it: str
    seconds: float
    writes: int
    p99: float
    longest: float


def write_on(url: str, over: Event, results: Connection) -> None:
    """Write line after line until it is over; sends when each began, and how long it took, in seconds."""
    engine = open_engine(make_url(url), "portalbot writer", writing=True)
    line = text(
        "INSERT INTO audit (at, actor, verb, outcome, livemode) VALUES (:at, 'U1', 'home', 'answered', :no)"
    )
    taken: list[tuple[float, float]] = []
    with engine.connect() as connection:
        while not over.is_set():
            began = time.monotonic()
            connection.execute(line, {"at": int(time.time()), "no": False})
            connection.commit()
            if not taken:  # the first write of a connection takes long by itself, and is not counted
                results.send("writing")
            taken.append((began, time.monotonic() - began))
            time.sleep(PAUSE)
    results.send(taken[1:])


@contextmanager
def writing(url: str) -> Iterator[list[tuple[float, float]]]:
    """Have another process write for the time of the block; the list is filled at its end."""
    spawned = multiprocessing.get_context("spawn")
    over, (ours, theirs) = spawned.Event(), spawned.Pipe()
    writer = spawned.Process(target=write_on, args=(url, over, theirs), daemon=True)
    writer.start()
    assert ours.recv() == "writing"
    taken: list[tuple[float, float]] = []
    try:
        yield taken
    finally:
        over.set()
        taken += ours.recv()
        writer.join()


class BigTables:
    """One database: filled, then worked on."""

    def __init__(self, url: str, scale: float) -> None:
        self._url = url
        self._kind = url.partition(":")[0].partition("+")[0]
        self._scale = scale
        self._now = int(time.time())
        self._done: list[tuple[str, str, float, float]] = []

    def run(self) -> list[Step]:
        """Fill, work, and say how long writers waited."""
        self._fill()
        with writing(self._url) as taken:
            self._take("migrate", lambda: f"from {OLDER}, {migrate(self._url)}")
            asyncio.run(self._work())
        return [self._step(each, taken) for each in self._done]

    def _fill(self) -> None:
        engine = open_engine(make_url(self._url), "portalbot filling", writing=True)
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection=connection), OLDER)
        with engine.connect() as connection:
            fill(connection, self._scale, self._now)
        engine.dispose()

    async def _work(self) -> None:
        async with Database(self._url) as database:
            for name, work in self._works(database):
                began = time.monotonic()
                came_of_it = await work()
                self._done.append((name, str(came_of_it or ""), began, time.monotonic()))

    def _works(self, database: Database) -> Iterator[tuple[str, Callable[[], Awaitable[object]]]]:
        now = self._now
        yield "nothing, to compare", lambda: asyncio.sleep(10)
        yield "look at the backlog", lambda: read_backlog(database, behind=600, since=now - DAY, now=now)
        yield "digest of a week", lambda: tell_digest(database, now)
        yield "forget a customer", lambda: self._forget(database)
        yield "export everything", lambda: self._export(database, 0)
        yield "export --since yesterday", lambda: self._export(database, now - DAY)
        yield "prune audit lines", lambda: prune_audit(database, now - 730 * DAY)
        yield "prune events", lambda: prune_events(database, now - 90 * DAY)
        yield "prune alerts", lambda: prune_alerts(database, now - 365 * DAY)
        if database.is_sqlite:
            yield "give back free pages", lambda: self._shrink(database)

    def _take(self, name: str, work: Callable[[], str]) -> None:
        began = time.monotonic()
        came_of_it = work()
        self._done.append((name, came_of_it, began, time.monotonic()))

    async def _forget(self, database: Database) -> str:
        async def nothing(_keys: object) -> None:
            return None

        eraser = CustomerEraser(database, AuditTrail(database, Metrics()), None, nothing)
        gone = await eraser.erase(CUSTOMER, actor="cli:big", now=self._now, livemode=False)
        return f"{gone.audit_lines} lines, {gone.alerts} alerts"

    async def _export(self, database: Database, since: int) -> str:
        count = 0
        async for block in export_lines(database, EXPORTED, since=since):
            count += block.count("\n")
        return f"{count} rows"

    async def _shrink(self, database: Database) -> str:
        before = self._megabytes()
        await return_free_pages(database)
        return f"{before} MB before, {self._megabytes()} MB after"

    def _megabytes(self) -> int:
        return Path(str(make_url(self._url).database)).stat().st_size // 1_000_000

    def _step(self, done: tuple[str, str, float, float], taken: list[tuple[float, float]]) -> Step:
        name, came_of_it, began, ended = done
        # What was begun before and went on into it counts too.
        waits = sorted(took * 1000 for at, took in taken if at + took >= began and at <= ended) or [0.0]
        p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
        return Step(self._kind, name, came_of_it, ended - began, len(waits), p99, waits[-1])


async def tell_digest(database: Database, now: int) -> str:
    """Make the digest of the week that ends today."""
    today = datetime.fromtimestamp(now, UTC)
    at = (Handover(today.weekday(), clock_time(0)),)
    digest = WeeklyDigest(
        database=database,
        alerts=Alerts(database),
        table=DigestTable(at=at, timezone=ZoneInfo("UTC")),
        channel="C0ALERTS",
        channel_of=lambda _rule: None,
        clock=lambda: now,
    )
    await digest.tell()
    query = text("SELECT count(*) FROM alert_notes WHERE template = 'digest'")
    return f"{await database.read(lambda connection: connection.scalar(query))} told"


def lines(steps: list[Step]) -> str:
    """The table."""
    head = ("database", "work", "came of it", "seconds", "writes meanwhile", "p99 ms", "longest wait ms")
    return table(
        head,
        (
            (
                each.database,
                each.name,
                each.came_of_it,
                f"{each.seconds:.1f}",
                each.writes,
                f"{each.p99:.1f}",
                f"{each.longest:.1f}",
            )
            for each in steps
        ),
    )


def main() -> int:
    """Run it on each kind of database, or on the one whose address is given."""
    parser = argparse.ArgumentParser(description="Work on big tables while another process writes.")
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    parser.add_argument("--scale", type=float, default=1.0)
    chosen = parser.parse_args()
    steps: list[Step] = []
    with tempfile.TemporaryDirectory(prefix="portalbot-big-") as folder:
        for url in [chosen.url] if chosen.url else databases(Path(folder), "big"):
            steps += BigTables(url, chosen.scale).run()
    print(lines(steps), flush=True)
    if chosen.scale == 1 and not chosen.url:
        FILE.write_text(f"{HEAD}\n{lines(steps)}\n", encoding="utf-8")
    return 0 if all(each.longest <= LONGEST_WAIT_MS for each in steps) else 1


if __name__ == "__main__":
    sys.exit(main())
