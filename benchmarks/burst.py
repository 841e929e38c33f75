"""A bad minute: thousands of events within seconds, while fifty agents work and notices wait for Slack.

An agent types, reads the answer, and types again about PAUSE_SECONDS later.
"""

import asyncio
import gc
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.deliveries import deliver
from benchmarks.intake import SECRET as WEBHOOK_SECRET
from benchmarks.intake import event_body
from benchmarks.load import Sent, Target, Times, working
from benchmarks.pages import CHANNEL, SETTINGS, Paged, dispute, let_notices_wait, paged
from benchmarks.slack_side import SlackSide
from benchmarks.web import (
    SECRET,
    STRIPE_SECONDS,
    bot_environment,
    free_port,
    processor_milliseconds,
    running,
    sandbox_objects,
)
from bot.engine.migrate import migrate_jobs
from bot.store.migrate import migrate

EVENTS, SECONDS = 5_000, 10.0
AGENTS, PAUSE_SECONDS = 50, 3.0
PAGES = 3
"""At a quarter, a half and three quarters of the events."""
SECONDS_FOR_PAGES = 5.0
SECONDS_BETWEEN_LOOKS = 0.005


@dataclass(frozen=True, slots=True)
class Burst:
    """What agents, Stripe and whoever is on call waited for meanwhile.

    `failed` deliveries were not answered 200, `lost` commands got no link. `client_lag` is how late the
    measuring side itself was (ms), which is in every figure; `processor` is percent of a core, of the web
    process and its worker together.
    """

    database: str
    commands: int
    acks: Times
    to_link: Times
    lost: int
    webhooks: Times
    failed: int
    pages: list[Paged]
    client_lag: Times
    processor: float


def measure_burst() -> list[Burst]:
    """Both kinds of database; on PostgreSQL a worker handles the events."""
    objects = sandbox_objects()
    customer = str(objects.pop("customer"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        return [_measure(url, customer, file) for url in databases(Path(folder), "burst")]


def _measure(url: str, customer: str, objects: Path) -> Burst:
    kind = url.partition(":")[0].partition("+")[0]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        migrate(url)
        migrate_jobs(url)
        asyncio.run(let_notices_wait(url))
        stripe, slack, port = free_port(), free_port(), free_port()
        environment = bot_environment(stripe, slack, folder, port)
        environment |= {"STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "DATABASE_URL": url}
        environment |= {"ALERT_CHANNEL": CHANNEL}
        with Path(environment["PORTALBOT_CONFIG"]).open("a") as config:
            config.write(SETTINGS)
        stand_in = ["benchmarks.stand_in", str(stripe), str(STRIPE_SECONDS), str(objects)]
        servers.enter_context(running(stand_in, stripe))
        processes = [servers.enter_context(running(["bot", "serve"], port, environment))[0]]
        if kind != "sqlite":
            # It listens on nothing: the port that is waited for is the web process's.
            processes.append(servers.enter_context(running(["bot", "worker"], port, environment))[0])
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack}")
        return asyncio.run(_burst(kind, url, target, slack, processes))


async def _burst(kind: str, url: str, target: Target, slack_port: int, processes: list[int]) -> Burst:
    slack = SlackSide()
    async with await slack.start(slack_port):
        await _agents(target, slack, 0.5, asyncio.sleep(2))  # it has its connections
        disputes, bodies = _bodies()
        lags: list[float] = []
        before = sum(map(processor_milliseconds, processes))
        async with _lags(lags):
            delivering = asyncio.create_task(deliver(target.port, bodies, SECONDS))
            sent = await _agents(target, slack, PAUSE_SECONDS, delivering)
        used = (sum(map(processor_milliseconds, processes)) - before) / 10 / SECONDS
        deliveries = await delivering
        await asyncio.sleep(SECONDS_FOR_PAGES)
        answered = {
            each: deliveries[place].sent + deliveries[place].seconds for each, place in disputes.items()
        }
        pages = await paged(url, slack, answered)
    links = [slack.links[each.number] - each.sent for each in sent if each.number in slack.links]
    return Burst(
        database=kind,
        commands=len(sent),
        acks=Times.of([each.acknowledged - each.sent for each in sent]),
        to_link=Times.of(links),
        lost=len(sent) - len(links),
        webhooks=Times.of([each.seconds for each in deliveries]),
        failed=sum(each.status != 200 for each in deliveries),
        pages=pages,
        client_lag=Times.of(lags),
        processor=used,
    )


def _bodies() -> tuple[dict[str, int], list[bytes]]:
    """The events, each of an invoice of its own; and which of them is each dispute's."""
    bodies = [
        event_body(f"evt_{time.time_ns()}_{number}").replace(b"_benchmark", f"_burst{number}".encode())
        for number in range(EVENTS)
    ]
    disputes = {}
    for number in range(PAGES):
        place = EVENTS * (number + 1) // (PAGES + 1)
        identifier, bodies[place] = dispute(number)
        disputes[identifier] = place
    return disputes, bodies


async def _agents(target: Target, slack: SlackSide, pause: float, until: Awaitable[object]) -> list[Sent]:
    """Let the agents work until something else is done."""
    over = asyncio.Event()
    typing = asyncio.create_task(
        working(target, AGENTS, pause, over, lambda each: slack.answered(each.number))
    )
    await until
    over.set()
    return await typing


@asynccontextmanager
async def _lags(into: list[float]) -> AsyncIterator[None]:
    """Note how late this side's own event loop is; what it does itself is not to hold up what it measures."""

    async def look() -> None:
        while True:
            due = time.perf_counter() + SECONDS_BETWEEN_LOOKS
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            into.append(time.perf_counter() - due)

    gc.collect()
    gc.disable()
    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        gc.enable()
