"""Webhooks taken in per second, beside a bare route that verifies and inserts the same row.

`python -m benchmarks.intake` measures `portalbot serve` (with SQLite it handles the events meanwhile) and the
bare route in turns, each with a database of its own made by the same migrations: SQLite, and PostgreSQL where
it is installed.
"""

import asyncio
import hashlib
import hmac
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import uvicorn

from benchmarks.databases import databases
from benchmarks.web import bot_environment, free_port, running
from bot.store.migrate import migrate

SECRET = "whsec_benchmark"
CONCURRENCY = (1, 50, 200)
SMALLEST_SHARE = 0.5
LONGEST_MILLISECONDS = 3000
DELIVERIES = {1: 1000, 50: 2000, 200: 2000}
TURNS = 3
Message = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Intake:
    """One turn: events stored per second, and milliseconds until the answer."""

    database: str
    server: str
    concurrent: int
    per_second: float
    p99: float
    longest: float


Insert = Callable[[Sequence[object]], None]
COLUMNS = "(id, type, created, livemode, received_at, payload)"


def bare_sqlite(url: str) -> Insert:
    """Insert a row and commit."""
    database = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        database.execute(f"PRAGMA {pragma}")
    statement = f"INSERT INTO stripe_events {COLUMNS} VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"

    def insert(row: Sequence[object]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute(statement, row)
        database.execute("COMMIT")

    return insert


def bare_postgresql(url: str) -> Insert:
    """Insert a row and commit."""
    database = psycopg.connect(url.replace("+psycopg", ""))
    values = "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"

    def insert(row: Sequence[object]) -> None:
        database.execute(f"INSERT INTO stripe_events {COLUMNS} {values}".encode(), row)
        database.commit()

    return insert


def bare_route(insert: Insert) -> Callable[..., Awaitable[None]]:
    """The least that is durable: verify, insert, commit, answer."""

    async def application(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status = 200 if _is_signed(body, headers.get("stripe-signature", "")) else 401
        if status == 200:
            event = json.loads(body)
            row = (event["id"], event["type"], event["created"], False, int(time.time()), json.dumps(event))
            insert(row)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return application


def _is_signed(body: bytes, header: str) -> bool:
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    expected = hmac.new(SECRET.encode(), parts.get("t", "").encode() + b"." + body, hashlib.sha256)
    return hmac.compare_digest(expected.hexdigest(), parts.get("v1", ""))


def measure_intake() -> list[Intake]:
    """Both servers on every kind of database."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = zip(
            databases(Path(folder), "bare"), databases(Path(folder) / "portalbot", "portalbot"), strict=True
        )
        return [each for bare, ours in pairs for each in _measure(bare, ours)]


def _measure(bare: str, ours: str) -> Iterator[Intake]:
    """In turns, so that a change of the machine's speed meets both."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        migrate(bare)
        migrate(ours)
        ports = {"bare": free_port(), "portalbot": free_port()}
        servers.enter_context(running(["benchmarks.intake", "bare", str(ports["bare"]), bare], ports["bare"]))
        environment = bot_environment(free_port(), free_port(), folder, ports["portalbot"])
        environment |= {"STRIPE_WEBHOOK_SECRET": SECRET, "DATABASE_URL": ours}
        servers.enter_context(running(["bot", "serve"], ports["portalbot"], environment))
        kind = ours.partition(":")[0].partition("+")[0]
        turns = [
            asyncio.run(_turn(kind, name, port, concurrent))
            for _ in range(TURNS)
            for concurrent in CONCURRENCY
            for name, port in ports.items()
        ]
    for concurrent in CONCURRENCY:
        for name in ports:
            yield _median([each for each in turns if (each.server, each.concurrent) == (name, concurrent)])


def _median(turns: list[Intake]) -> Intake:
    first = turns[0]
    return Intake(
        first.database,
        first.server,
        first.concurrent,
        statistics.median(each.per_second for each in turns),
        statistics.median(each.p99 for each in turns),
        max(each.longest for each in turns),
    )


async def _turn(database: str, server: str, port: int, concurrent: int) -> Intake:
    total = DELIVERIES[concurrent]
    bodies = iter([_event(f"evt_{time.time_ns()}_{number}") for number in range(total)])
    seconds: list[float] = []
    connector = aiohttp.TCPConnector(limit=concurrent)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def deliver() -> None:
            for body in bodies:
                began = time.perf_counter()
                headers = {"Stripe-Signature": _signature(body), "Content-Type": "application/json"}
                address = f"http://127.0.0.1:{port}/stripe/webhooks"
                async with session.post(address, data=body, headers=headers) as answer:
                    if answer.status != 200:
                        raise RuntimeError(f"{server} answered {answer.status}")
                seconds.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(deliver() for _ in range(concurrent)))
        took = time.perf_counter() - began
    ordered = sorted(seconds)
    return Intake(
        database,
        server,
        concurrent,
        total / took,
        ordered[int(len(ordered) * 0.99) - 1] * 1000,
        ordered[-1] * 1000,
    )


def _event(identifier: str) -> bytes:
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


def _signature(body: bytes) -> str:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def _serve_bare(port: int, url: str) -> None:
    insert = bare_sqlite(url) if url.startswith("sqlite") else bare_postgresql(url)
    uvicorn.run(
        bare_route(insert), port=port, http="httptools", loop="asyncio", log_config=None, access_log=False
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        _serve_bare(int(sys.argv[2]), sys.argv[3])
    else:
        for each in measure_intake():
            print(
                f"{each.database:10} {each.server:10} c={each.concurrent:<4} {each.per_second:7.0f}/s"
                f"  p99 {each.p99:7.1f} ms  longest {each.longest:7.1f} ms"
            )
