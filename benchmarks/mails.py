"""How fast queued mails leave the real program, and how fast it acknowledges slash commands meanwhile.

With SQLite `serve` sends the mails itself; with PostgreSQL a `worker` beside it does, on the same database.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.load import Sent, Target, Times, steadily
from benchmarks.slack_side import SlackSide
from benchmarks.soak_mail import one_mail
from benchmarks.soak_stage import Program
from benchmarks.web import (
    SECRET,
    STRIPE_SECONDS,
    bot_environment,
    free_port,
    processor_milliseconds,
    running,
    sandbox_objects,
)
from bot.engine.client import open_queue
from bot.engine.migrate import migrate_jobs
from bot.mail.delivery import enqueue
from bot.mail.rows import Mails
from bot.store.database import Database
from bot.store.migrate import migrate

MAILS = 1000
SINGLE = 5
PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class MailRun:
    """What was measured on one kind of database.

    `per_second` of many mails, from the first that leaves to the last; `one_seconds` until one by itself has
    left. `lost` counts commands without a link, `refused` those that were not acknowledged with 200.
    `processor` is milliseconds of the sending process for each mail; with SQLite it has the commands, too.
    """

    database: str
    per_second: float
    one_seconds: float
    commands: int
    acks: Times
    refused: int
    lost: int
    processor: float


def measure_mails() -> list[MailRun]:
    """Measure on each kind of database."""
    with tempfile.TemporaryDirectory() as folder, mail_server() as port:
        return [_measure(url, port) for url in databases(Path(folder), "mails")]


def _measure(url: str, smtp_port: int) -> MailRun:
    """Queue many mails, start the program, and type until all have left; then queue some one by one."""
    migrate(url)
    migrate_jobs(url)
    with tempfile.TemporaryDirectory() as folder, _stripe(Path(folder)) as (stand_in, customer):
        slack_port, port = free_port(), free_port()
        settings = bot_environment(stand_in, slack_port, folder, port) | {
            "DATABASE_URL": url,
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "MAIL_FROM": "Merchant <billing@merchant.example>",
        }
        asyncio.run(_queue(url, range(MAILS)))
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack_port}")
        with running(["bot", "serve"], port, settings) as (serve, _):
            worker = None if url.startswith("sqlite") else Program("worker", settings, Path(folder))
            return asyncio.run(_drain(url, target, slack_port, worker, serve))


@contextmanager
def _stripe(folder: Path) -> Iterator[tuple[int, str]]:
    """A stand-in for Stripe: its port, and a customer it knows."""
    objects = sandbox_objects()
    customer = str(objects.pop("customer"))
    file = folder / "objects.json"
    file.write_text(json.dumps(objects))
    port = free_port()
    with ExitStack() as servers:
        servers.enter_context(
            running(["benchmarks.stand_in", str(port), str(STRIPE_SECONDS), str(file)], port)
        )
        yield port, customer


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server that takes everything; its port."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.mail_sink"], stdout=subprocess.PIPE) as sink:
        assert sink.stdout is not None
        try:
            yield int(sink.stdout.readline())
        finally:
            sink.kill()


async def _queue(url: str, numbers: range) -> None:
    now = int(time.time())
    async with Database(url) as database, open_queue(url) as queue:
        mails = Mails(database)
        for number in numbers:
            mail = one_mail(number, now)
            await mails.add(mail)
            await enqueue(queue, mail)


async def _drain(url: str, target: Target, slack_port: int, worker: Program | None, serve: int) -> MailRun:
    slack = SlackSide()
    over = asyncio.Event()
    async with await slack.start(slack_port), Database(url) as database:
        if worker is not None:
            await worker.start()
        try:
            sending = asyncio.create_task(steadily(target, PAUSE, over))
            first = await _until_sent(database, 1)
            sender = worker.process_id if worker else serve
            began, before = time.perf_counter(), processor_milliseconds(sender)
            last = await _until_sent(database, MAILS)
            per_second = (last - first) / (time.perf_counter() - began)
            processor = (processor_milliseconds(sender) - before) / (last - first)
            over.set()
            sent = await sending
            lost = await _without_link(slack, sent)
            one_seconds = [await _one(url, database, MAILS + turn) for turn in range(SINGLE)]
        finally:
            if worker is not None:
                await worker.kill()
    acks = Times.of([each.acknowledged - each.sent for each in sent])
    refused = sum(each.status != 200 for each in sent)
    kind = url.partition(":")[0].partition("+")[0]
    return MailRun(
        kind, per_second, statistics.median(one_seconds), len(sent), acks, refused, lost, processor
    )


async def _one(url: str, database: Database, number: int) -> float:
    began = time.perf_counter()
    await _queue(url, range(number, number + 1))
    await _until_sent(database, number + 1)
    return time.perf_counter() - began


async def _until_sent(database: Database, count: int) -> int:
    """Wait until so many have left; how many have by then."""
    while (sent := (await Mails(database).counts())["sent"]) < count:  # noqa: ASYNC110 (rows are what counts)
        await asyncio.sleep(0.05)
    return sent


async def _without_link(slack: SlackSide, sent: list[Sent]) -> int:
    try:
        async with asyncio.timeout(30):
            await asyncio.gather(*(slack.answered(each.number) for each in sent))
    except TimeoutError:
        pass
    return sum(each.number not in slack.links for each in sent)
