"""How fast slash commands are acknowledged by a process that has a queue of mails to send.

With SQLite `serve` sends the mails itself; with PostgreSQL a `worker` beside it does, on the same database.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare import SECRET
from benchmarks.load import Sent, Target, Times, steadily
from benchmarks.slack_side import SlackSide
from benchmarks.soak_mail import one_mail
from benchmarks.soak_stage import Program
from benchmarks.web import STRIPE_SECONDS, bot_environment, free_port, running, sandbox_objects
from bot.engine.client import open_queue
from bot.mail.put_in import put_in
from bot.mail.rows import Mails
from bot.store.database import Database

PAUSE = 0.05
PROMISED_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What agents saw while mails left, the start of the sending process included.

    `lost` counts commands without a link, `refused` those that were not acknowledged with 200.
    """

    mails_per_second: float
    commands: int
    acks: Times
    refused: int
    lost: int

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        return not self.refused and not self.lost and self.acks.longest < PROMISED_MILLISECONDS

    def __str__(self) -> str:
        return (
            f"while mails left at {self.mails_per_second:.0f}/s: {self.commands} commands, ack median "
            f"{self.acks.median:.0f} ms, p99 {self.acks.p99:.0f} ms, longest {self.acks.longest:.0f} ms; "
            f"{self.refused} refused, {self.lost} without a link"
        )


def acks_under_mail(url: str, first: int, count: int, smtp_port: int) -> Meanwhile:
    """Queue `count` mails from number `first` on, start the program, and type until all have left."""
    with tempfile.TemporaryDirectory() as folder, _stripe(Path(folder)) as (stand_in, customer):
        slack_port, port = free_port(), free_port()
        settings = bot_environment(stand_in, slack_port, folder, port) | {
            "DATABASE_URL": url,
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "MAIL_FROM": "billing@merchant.example",
        }
        asyncio.run(_queue(url, first, count))
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack_port}")
        with running(["bot", "serve"], port, settings):
            worker = None if url.startswith("sqlite") else Program("worker", settings, Path(folder))
            return asyncio.run(_measure(url, first + count, target, slack_port, worker, count))


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


async def _queue(url: str, first: int, count: int) -> None:
    now = int(time.time())
    async with Database(url) as database, open_queue(url) as queue:
        mails = Mails(database)
        for number in range(first, first + count):
            mail = one_mail(number, now)
            await mails.add(mail)
            await put_in(queue, mail, {}, now)


async def _measure(
    url: str, until_sent: int, target: Target, slack_port: int, worker: Program | None, count: int
) -> Meanwhile:
    slack = SlackSide()
    over = asyncio.Event()
    async with await slack.start(slack_port), Database(url) as database:
        if worker is not None:
            await worker.start()
        try:
            began = time.perf_counter()
            sending = asyncio.create_task(steadily(target, PAUSE, over))
            while (await Mails(database).counts())["sent"] < until_sent:  # noqa: ASYNC110 (rows are what counts)
                await asyncio.sleep(0.2)
            seconds = time.perf_counter() - began
            over.set()
            sent = await sending
            lost = await _without_link(slack, sent)
        finally:
            if worker is not None:
                await worker.kill()
    acks = Times.of([each.acknowledged - each.sent for each in sent])
    return Meanwhile(count / seconds, len(sent), acks, sum(each.status != 200 for each in sent), lost)


async def _without_link(slack: SlackSide, sent: list[Sent]) -> int:
    try:
        async with asyncio.timeout(30):
            await asyncio.gather(*(slack.answered(each.number) for each in sent))
    except TimeoutError:
        pass
    return sum(each.number not in slack.links for each in sent)
