"""How fast queued mails leave, against the engine's own rate with jobs that do nothing, in the same run.

python -m benchmarks.drain_mail [<database url>] [--mails 1000]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass

from benchmarks.mail_worker import make_delivery
from benchmarks.soak_mail import one_mail
from bot.engine import Job, Steps, Timing
from bot.engine.client import open_queue
from bot.engine.running import running_engine
from bot.logs import configure_logs
from bot.mail.put_in import put_in
from bot.settings import Purpose, Settings, load_settings
from bot.store.engine import Database
from bot.store.mails import Mails
from bot.store.migrate import migrate

TIMING = Timing(poll=0.5)
SMALLEST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Drained:
    """Jobs per second, from the first one that may begin to the last that is over."""

    noop: float
    mail: float

    @property
    def share(self) -> float:
        """Mails per job that does nothing."""
        return self.mail / self.noop


async def drain(url: str, count: int, port: int) -> Drained:
    """Measure both, one after the other."""
    settings = load_settings({"DATABASE_URL": url}, require=Purpose.USE_DATABASE)
    async with Database(url) as database:
        async with running_engine(settings, database, [], timing=TIMING):
            pass  # makes the tables
        noop = await _drain_noop(settings, database, count)
        mail = await _drain_mails(settings, database, count, port)
    return Drained(noop, mail)


async def _drain_noop(settings: Settings, database: Database, count: int) -> float:
    done = 0
    over = asyncio.Event()

    async def nothing(_steps: Steps, _number: int) -> None:
        nonlocal done
        done += 1
        if done == count:
            over.set()

    job = Job("nothing", nothing)
    async with open_queue(settings.database_url.get_secret_value()) as queue:
        for number in range(count):
            await queue.put("nothing", f"nothing {number}", number)
    async with running_engine(settings, database, [job], timing=TIMING) as queue:
        started = time.perf_counter()
        await over.wait()
        while await queue.in_hand():  # noqa: ASYNC110 (each one's end is written down too)
            await asyncio.sleep(0.05)
        return count / (time.perf_counter() - started)


async def _drain_mails(settings: Settings, database: Database, count: int, port: int) -> float:
    mails = Mails(database)
    now = int(time.time())
    queued = [one_mail(number, now) for number in range(count)]
    for each in queued:
        await mails.add(each)
    async with open_queue(settings.database_url.get_secret_value()) as queue:
        for each in queued:
            await put_in(queue, each, {}, now)
        delivery = make_delivery(database, queue, port)
        async with running_engine(settings, database, [delivery.job()], timing=TIMING):
            started = time.perf_counter()
            while (await mails.counts())["sent"] < count:  # noqa: ASYNC110 (the rows are what counts)
                await asyncio.sleep(0.05)
            return count / (time.perf_counter() - started)


async def measure(url: str, count: int) -> Drained:
    """Start the mail server and measure."""
    sink = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.mail_sink", stdout=asyncio.subprocess.PIPE
    )
    assert sink.stdout is not None
    try:
        return await drain(url, count, int(await sink.stdout.readline()))
    finally:
        sink.kill()
        await sink.wait()


def main() -> int:
    """Measure once, on SQLite unless an address is given."""
    parser = argparse.ArgumentParser(description="Drain a queue of mails.")
    parser.add_argument("url", nargs="?", help="default: a SQLite file of its own")
    parser.add_argument("--mails", type=int, default=1000)
    chosen = parser.parse_args()
    configure_logs("ERROR", "console")
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.url or f"sqlite:///{folder}/portalbot.db"
        migrate(url)
        drained = asyncio.run(measure(url, chosen.mails))
    print(f"nothing {drained.noop:.0f}/s, mails {drained.mail:.0f}/s, share {drained.share:.2f}")
    return 0 if drained.share >= SMALLEST_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
