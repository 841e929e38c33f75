"""How fast queued mails leave, against the engine's own rate with jobs that do nothing, in the same run.

    python -m benchmarks.drain_mail [<database url>] [--mails 1000]

Then as many mails leave while agents type: how fast they are acknowledged meanwhile.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.acks_under_mail import Meanwhile, acks_under_mail
from benchmarks.databases import databases
from benchmarks.mail_worker import make_delivery
from benchmarks.soak_mail import one_mail
from bot.engine import Job, Steps, Timing
from bot.engine.client import open_queue
from bot.engine.running import running_engine
from bot.logs import configure_logs
from bot.mail.put_in import put_in
from bot.mail.rows import Mails
from bot.settings import Purpose, Settings, load_settings
from bot.store.database import Database
from bot.store.migrate import migrate

TIMING = Timing(poll=0.5)
SMALLEST_SHARE = 0.5
MAILS = 1000
TURNS = 3


@dataclass(frozen=True, slots=True)
class Drained:
    """Per second, from the start of the engine: jobs until all are over, mails until all have left."""

    noop: float
    mail: float

    @property
    def share(self) -> float:
        """Mails per job that does nothing."""
        return self.mail / self.noop

    def __str__(self) -> str:
        return f"nothing {self.noop:.0f}/s, mails {self.mail:.0f}/s, share {self.share:.2f}"


@dataclass(frozen=True, slots=True)
class DrainRun:
    """What was measured on one kind of database."""

    database: str
    mails: int
    drained: Drained
    meanwhile: Meanwhile

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return self.drained.share >= SMALLEST_SHARE and self.meanwhile.good

    def __str__(self) -> str:
        return f"{self.database}, {self.mails} mails: {self.drained}\n  {self.meanwhile}"


async def drain(url: str, count: int, port: int) -> Drained:
    """Measure both in turns; the middle one of each counts, since the engine begins up to a second later or
    earlier.
    """
    settings = load_settings({"DATABASE_URL": url}, require=Purpose.USE_DATABASE)
    noop, mail = [], []
    async with Database(url) as database:
        async with running_engine(database, [], timing=TIMING):
            pass  # makes the tables
        for turn in range(TURNS):
            numbers = range(turn * count, (turn + 1) * count)
            noop.append(await _drain_noop(settings, database, numbers))
            mail.append(await _drain_mails(settings, database, numbers, port))
    return Drained(statistics.median(noop), statistics.median(mail))


async def _drain_noop(settings: Settings, database: Database, numbers: range) -> float:
    done = 0
    over = asyncio.Event()

    async def nothing(_steps: Steps, _number: int) -> None:
        nonlocal done
        done += 1
        if done == len(numbers):
            over.set()

    job = Job("nothing", nothing)
    async with open_queue(settings.database_url.get_secret_value()) as queue:
        for number in numbers:
            await queue.put("nothing", f"nothing {number}", number)
    async with running_engine(database, [job], timing=TIMING) as queue:
        started = time.perf_counter()
        await over.wait()
        while await queue.in_hand():  # noqa: ASYNC110 (each one's end is written down too)
            await asyncio.sleep(0.05)
        return len(numbers) / (time.perf_counter() - started)


async def _drain_mails(settings: Settings, database: Database, numbers: range, port: int) -> float:
    mails = Mails(database)
    now = int(time.time())
    queued = [one_mail(number, now) for number in numbers]
    for each in queued:
        await mails.add(each)
    async with open_queue(settings.database_url.get_secret_value()) as queue:
        for each in queued:
            await put_in(queue, each, {}, now)
        sent = 0
        over = asyncio.Event()

        def count(what: str) -> None:
            nonlocal sent
            sent += what == "sent"
            if sent == len(numbers):
                over.set()

        delivery = make_delivery(database, queue, port, count)
        async with running_engine(database, [delivery.job()], timing=TIMING) as running:
            started = time.perf_counter()
            await over.wait()
            took = time.perf_counter() - started
            while await running.in_hand():  # noqa: ASYNC110 (their jobs end after all have left)
                await asyncio.sleep(0.05)
            return len(numbers) / took


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server that takes everything; its port."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.mail_sink"], stdout=subprocess.PIPE) as sink:
        assert sink.stdout is not None
        try:
            yield int(sink.stdout.readline())
        finally:
            sink.kill()


def measure_drain(url: str | None = None, count: int = MAILS) -> Iterator[DrainRun]:
    """Measure on each kind of database, or on the one whose address is given."""
    configure_logs("ERROR", "console")
    with tempfile.TemporaryDirectory() as folder, mail_server() as port:
        for each in [url] if url else databases(Path(folder), "drain"):
            migrate(each)
            drained = asyncio.run(drain(each, count, port))
            meanwhile = acks_under_mail(each, TURNS * count, count, port)
            yield DrainRun(each.partition(":")[0].partition("+")[0], count, drained, meanwhile)


def main() -> int:
    """Measure and print; 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(description="Drain a queue of mails, alone and with agents typing.")
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    parser.add_argument("--mails", type=int, default=MAILS)
    chosen = parser.parse_args()
    good = True
    for run in measure_drain(chosen.url, chosen.mails):
        print(run, flush=True)
        good = good and run.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
