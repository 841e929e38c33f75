"""A bad minute: thousands of events within seconds, while fifty agents ask for links."""

import asyncio
import json
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.databases import databases
from benchmarks.intake import SECRET as WEBHOOK_SECRET
from benchmarks.intake import event_body, stripe_signature
from benchmarks.load import Target, Times
from benchmarks.slack_side import SlackSide
from benchmarks.web import (
    SECRET,
    STRIPE_SECONDS,
    Links,
    bot_environment,
    free_port,
    links_of,
    running,
    sandbox_objects,
)
from bot.engine.migrate import migrate_jobs
from bot.store.migrate import migrate

EVENTS, SECONDS = 5_000, 10.0
AGENTS, COMMANDS = 50, 1_000
MOST_DELIVERIES = 200
"""Connections on which events come in."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What agents and Stripe waited for meanwhile; `failed` deliveries were not answered 200."""

    database: str
    links: Links
    webhooks: Times
    failed: int


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
        stripe, slack, port = free_port(), free_port(), free_port()
        environment = bot_environment(stripe, slack, folder, port)
        environment |= {"STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "DATABASE_URL": url}
        stand_in = ["benchmarks.stand_in", str(stripe), str(STRIPE_SECONDS), str(objects)]
        servers.enter_context(running(stand_in, stripe))
        process, _ = servers.enter_context(running(["bot", "serve"], port, environment))
        if kind != "sqlite":
            # It listens on nothing: the port that is waited for is the web process's.
            servers.enter_context(running(["bot", "worker"], port, environment))
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack}")
        links, deliveries = asyncio.run(_burst(target, slack, process))
    times = Times.of([seconds for seconds, _ in deliveries])
    return Burst(kind, links, times, sum(status != 200 for _, status in deliveries))


async def _burst(target: Target, slack_port: int, process: int) -> tuple[Links, list[tuple[float, int]]]:
    slack = SlackSide()
    async with await slack.start(slack_port):
        await links_of(target, slack, AGENTS, 2 * AGENTS, process)  # it has its connections
        deliveries, links = await asyncio.gather(
            _deliver(target.port), links_of(target, slack, AGENTS, COMMANDS, process)
        )
        return links, deliveries


async def _deliver(port: int) -> list[tuple[float, int]]:
    """Deliver the events at an even pace; seconds until each answer, and its status."""
    began = time.monotonic()
    connector = aiohttp.TCPConnector(limit=MOST_DELIVERIES)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one(number: int) -> tuple[float, int]:
            await asyncio.sleep(began + number * SECONDS / EVENTS - time.monotonic())
            body = event_body(f"evt_{time.time_ns()}_{number}")
            headers = {"Stripe-Signature": stripe_signature(body), "Content-Type": "application/json"}
            sent = time.perf_counter()
            address = f"http://127.0.0.1:{port}/stripe/webhooks"
            async with session.post(address, data=body, headers=headers) as answer:
                await answer.read()
                return time.perf_counter() - sent, answer.status

        return await asyncio.gather(*map(one, range(EVENTS)))
