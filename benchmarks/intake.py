"""Webhooks that `portalbot serve` takes in, on SQLite (where it handles them meanwhile) and on PostgreSQL."""

import asyncio
import hashlib
import hmac
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.databases import databases
from benchmarks.web import bot_environment, free_port, processor_milliseconds, running
from bot.store.migrate import migrate

SECRET = "whsec_benchmark"
CONCURRENCY = (1, 50, 200)
DELIVERIES = {1: 600, 50: 1500, 200: 1500}
TURNS = 3


@dataclass(frozen=True, slots=True)
class Intake:
    """One turn: events stored per second, milliseconds until the answer, and of processor time for each."""

    database: str
    concurrent: int
    per_second: float
    p99: float
    longest: float
    processor: float


def measure_intake() -> list[Intake]:
    """Every kind of database."""
    with tempfile.TemporaryDirectory() as folder:
        return [each for url in databases(Path(folder), "intake") for each in _measure(url)]


def _measure(url: str) -> Iterator[Intake]:
    with tempfile.TemporaryDirectory() as folder:
        migrate(url)
        port = free_port()
        environment = bot_environment(free_port(), free_port(), folder, port)
        environment |= {"STRIPE_WEBHOOK_SECRET": SECRET, "DATABASE_URL": url}
        with running(["bot", "serve"], port, environment) as (process, _):
            kind = url.partition(":")[0].partition("+")[0]
            turns = [
                asyncio.run(_turn(kind, port, concurrent, process))
                for _ in range(TURNS)
                for concurrent in CONCURRENCY
            ]
    for concurrent in CONCURRENCY:
        yield _median([each for each in turns if each.concurrent == concurrent])


def _median(turns: list[Intake]) -> Intake:
    first = turns[0]
    return Intake(
        first.database,
        first.concurrent,
        statistics.median(each.per_second for each in turns),
        statistics.median(each.p99 for each in turns),
        max(each.longest for each in turns),
        statistics.median(each.processor for each in turns),
    )


async def _turn(database: str, port: int, concurrent: int, process: int) -> Intake:
    total = DELIVERIES[concurrent]
    bodies = iter([event_body(f"evt_{time.time_ns()}_{number}") for number in range(total)])
    seconds: list[float] = []
    before = processor_milliseconds(process)
    connector = aiohttp.TCPConnector(limit=concurrent)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def deliver() -> None:
            for body in bodies:
                began = time.perf_counter()
                headers = {"Stripe-Signature": stripe_signature(body), "Content-Type": "application/json"}
                address = f"http://127.0.0.1:{port}/stripe/webhooks"
                async with session.post(address, data=body, headers=headers) as answer:
                    if answer.status != 200:
                        raise RuntimeError(f"a webhook was answered {answer.status}")
                seconds.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(deliver() for _ in range(concurrent)))
        took = time.perf_counter() - began
    ordered = sorted(seconds)
    return Intake(
        database,
        concurrent,
        total / took,
        ordered[int(len(ordered) * 0.99) - 1] * 1000,
        ordered[-1] * 1000,
        (processor_milliseconds(process) - before) / total,
    )


def event_body(identifier: str) -> bytes:
    """As large as an invoice event usually is, about 4 kB."""
    invoice = {
        "id": "in_benchmark",
        "object": "invoice",
        "customer": "cus_benchmark",
        "amount_due": 2000,
        "currency": "usd",
        "attempt_count": 1,
        "next_payment_attempt": 1_900_000_000,
        "lines": {"data": [{"id": f"il_{n}", "amount": 100, "description": "x" * 200} for n in range(12)]},
    }
    event = {
        "id": identifier,
        "object": "event",
        "type": "invoice.payment_failed",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": invoice},
    }
    return json.dumps(event).encode()


def stripe_signature(body: bytes) -> str:
    """Sign a delivery as Stripe does, now."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"
