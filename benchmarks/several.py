"""Two web processes and two workers on one PostgreSQL, beside one of each; and Stripe's limit over four."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from benchmarks.databases import databases
from benchmarks.intake import SECRET as WEBHOOK_SECRET
from benchmarks.intake import event_body, stripe_signature
from benchmarks.load import Target, commands
from benchmarks.promise import Part, Row, at_least, at_most, none_of
from benchmarks.slack_side import SlackSide
from benchmarks.web import (
    SECRET,
    STRIPE_SECONDS,
    bot_environment,
    free_port,
    processor_milliseconds,
    read_json,
    running,
    sandbox_objects,
)
from bot.engine.migrate import migrate_jobs
from bot.store.migrate import migrate
from tests.postgres import PROGRAMS

COMMANDS, AGENTS = 150, 15
"""Of each web process."""
EVENTS, EVENTS_A_SECOND = 200, 60
"""Of each pair of a web process and a worker."""
IDLE_SECONDS = 3.0
TURNS = 2
"""The lower of them counts: what else the machine does only adds."""
LIMIT = 22
SECONDS_TO_SHARE, FULL_SECONDS = 4.0, 5.0
TIMES = 1.10
"""What a command or an event may cost with two of each, by what it costs with one."""
USED = 80
"""Percent of Stripe's limit that four processes at full tilt make use of at least."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one of the measurements takes place."""

    url: str
    customer: str
    objects: Path
    folder: str


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time of all processes together, idling aside; and commands a second."""

    command: float
    event: float
    commands_a_second: float


@dataclass(frozen=True, slots=True)
class FullTilt:
    """What Stripe's stand-in took (percent of its limit) and refused, of two web processes and two others."""

    used: float
    refused: int


def measure_several() -> Part:
    """Measure and say it."""
    if not PROGRAMS:
        return Part("Several processes", [Row("PostgreSQL", "not installed")])
    objects = sandbox_objects()
    customer = str(objects.pop("customer"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        *_, url = databases(Path(folder), "several")
        migrate(url)
        migrate_jobs(url)
        stage = Stage(url, customer, file, folder)
        one, two = (_measure_cost(stage, count) for count in (1, 2))
        tilt = _measure_full_tilt(stage)
    return _part(one, two, tilt)


def _part(one: Cost, two: Cost, tilt: FullTilt) -> Part:
    rows = [
        at_most(
            f"processor time of {what}, by that with one of each",
            TIMES,
            after / before,
            "times",
            2,
            beside=f"{after:.2f} ms, with one of each {before:.2f} ms",
        )
        for what, before, after in (
            ("a command", one.command, two.command),
            ("an event, from the webhook to the alert", one.event, two.event),
        )
    ]
    carried = Row(
        f"commands a second, on {os.cpu_count()} cores with everything else",
        f"{two.commands_a_second:.0f}",
        beside=f"{one.commands_a_second:.0f} with one of each",
    )
    limit = [
        none_of(
            f"429s of a Stripe that takes STRIPE_MAX_RPS={LIMIT}, four processes at full tilt", tilt.refused
        ),
        at_least("of that limit is made use of", USED, tilt.used, "%"),
    ]
    how = f"""Two web processes and two workers on one PostgreSQL with twice the load, beside one of each;
    what they use while nothing happens is taken off. At {TIMES:.2f} times the processor time, two of each do
    {2 / TIMES:.1f} times what one of each does, where there are cores enough. {AGENTS} agents of each web
    process ask for links in turn; then it gets {EVENTS:,} events, {EVENTS_A_SECOND} a second, which the
    workers handle; the lower of {TURNS} turns. For Stripe's limit, {4 * AGENTS} agents ask two web processes
    for links, and two more processes look customers up, as workers do that have much to catch up with. A
    process that starts while the others are at full tilt may take a tenth of the limit for two seconds, until
    they make room; between this limit and Stripe's there is as much."""
    return Part("Two web processes and two workers", [*rows, carried, *limit], how)


def _measure_cost(stage: Stage, count: int) -> Cost:
    with ExitStack() as servers:
        slack, stripe = free_port(), _stripe(servers, stage)
        webs = _webs(servers, stage, count, stripe, slack)
        ports = [port for port, _ in webs]
        environment = _environment(stage, stripe, slack, ports[0])
        # A worker listens on nothing: the port that is waited for is a web process's.
        workers = [
            servers.enter_context(running(["bot", "worker"], ports[0], environment))[0] for _ in range(count)
        ]
        _wait_for(stage.url, "engine_processes", count)
        targets = [_target(stage, port, slack) for port in ports]
        return asyncio.run(_cost(stage, targets, slack, [process for _, process in webs], workers))


async def _cost(
    stage: Stage, targets: Sequence[Target], slack_port: int, webs: Sequence[int], workers: Sequence[int]
) -> Cost:
    slack = SlackSide()
    async with await slack.start(slack_port):
        await _links(targets, slack, 4 * AGENTS)  # they have their connections
        await _deliver(targets, EVENTS_A_SECOND)
        await _until_handled(stage.url)
        idle = await _idle([*webs, *workers])
        everybody = [*webs, *workers]

        async def events() -> None:
            await _deliver(targets, EVENTS)
            await _until_handled(stage.url)

        commands_ = [await _used(_links(targets, slack, COMMANDS), everybody, idle) for _ in range(TURNS)]
        events_ = [await _used(events(), everybody, idle) for _ in range(TURNS)]
    links, stored = COMMANDS * len(targets), EVENTS * len(targets)
    return Cost(
        min(used for used, _ in commands_) / links,
        min(used for used, _ in events_) / stored,
        links / min(took for _, took in commands_),
    )


async def _idle(processes: Sequence[int]) -> float:
    """Milliseconds of processor time a second that they use while nothing happens."""
    used, took = await _used(asyncio.sleep(IDLE_SECONDS), processes, 0)
    return used / took


async def _used(
    work: Coroutine[Any, Any, None], processes: Sequence[int], idle: float
) -> tuple[float, float]:
    """Milliseconds of processor time that the work took, without `idle` a second; and how long it took."""
    before, began = sum(map(processor_milliseconds, processes)), time.monotonic()
    await work
    took = time.monotonic() - began
    return sum(map(processor_milliseconds, processes)) - before - idle * took, took


async def _links(targets: Sequence[Target], slack: SlackSide, total: int) -> None:
    """Have the agents of each web process ask for so many links together."""
    await asyncio.gather(
        *(commands(each, AGENTS, total, after=lambda sent: slack.answered(sent.number)) for each in targets)
    )


async def _deliver(targets: Sequence[Target], total: int) -> None:
    """Deliver so many events to each web process, at an even pace that leaves it room."""
    began = time.monotonic()
    async with aiohttp.ClientSession() as session:

        async def deliver(port: int, number: int) -> None:
            await asyncio.sleep(began + number / EVENTS_A_SECOND - time.monotonic())
            body = event_body(f"evt_{time.time_ns()}_{port}_{number}")
            headers = {"Stripe-Signature": stripe_signature(body), "Content-Type": "application/json"}
            address = f"http://127.0.0.1:{port}/stripe/webhooks"
            async with session.post(address, data=body, headers=headers) as answer:
                answer.raise_for_status()

        await asyncio.gather(*(deliver(each.port, number) for each in targets for number in range(total)))


async def _until_handled(url: str) -> None:
    while await asyncio.to_thread(_count, url, "stripe_events WHERE handled_at IS NULL"):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def _wait_for(url: str, rows: str, count: int) -> None:
    while _count(url, rows) < count:
        time.sleep(0.1)


def _count(url: str, what: str) -> int:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(f"SELECT count(*) FROM {what}".encode()).fetchone()
    return int(row[0]) if row else 0


def _measure_full_tilt(stage: Stage) -> FullTilt:
    with ExitStack() as servers:
        slack, stripe = free_port(), _stripe(servers, stage, str(LIMIT))
        limited = {"STRIPE_MAX_RPS": str(LIMIT)}
        ports = [port for port, _ in _webs(servers, stage, 2, stripe, slack, limited)]
        environment = _environment(stage, stripe, slack, ports[0]) | limited
        lookups = ["benchmarks.lookups", stage.customer, str(AGENTS)]
        for _ in range(2):
            servers.enter_context(running(lookups, ports[0], environment))
        _wait_for(stage.url, "shares", 4)
        targets = [_target(stage, port, slack) for port in ports]
        return asyncio.run(_full_tilt(targets, slack, f"http://127.0.0.1:{stripe}/counts"))


async def _full_tilt(targets: Sequence[Target], slack_port: int, counts: str) -> FullTilt:
    slack = SlackSide()
    async with await slack.start(slack_port):
        over = asyncio.Event()

        async def agent(target: Target) -> None:
            while not over.is_set():
                await commands(target, 1, 1, after=lambda sent: slack.answered(sent.number))

        asking = asyncio.gather(*(agent(each) for each in targets for _ in range(2 * AGENTS)))
        await asyncio.sleep(SECONDS_TO_SHARE)
        before, began = await asyncio.to_thread(read_json, counts), time.monotonic()
        await asyncio.sleep(FULL_SECONDS)
        after, took = await asyncio.to_thread(read_json, counts), time.monotonic() - began
        over.set()
        await asking
    return FullTilt(100 * (after["taken"] - before["taken"]) / took / LIMIT, after["refused"])


def _stripe(servers: ExitStack, stage: Stage, *limit: str) -> int:
    port = free_port()
    stand_in = ["benchmarks.stand_in", str(port), str(STRIPE_SECONDS), str(stage.objects), *limit]
    servers.enter_context(running(stand_in, port))
    return port


def _webs(
    servers: ExitStack, stage: Stage, count: int, stripe: int, slack: int, more: dict[str, str] | None = None
) -> list[tuple[int, int]]:
    """Start web processes; port and process id of each."""
    ports = [free_port() for _ in range(count)]
    return [
        (port, servers.enter_context(running(["bot", "serve"], port, environment | (more or {})))[0])
        for port in ports
        for environment in [_environment(stage, stripe, slack, port)]
    ]


def _environment(stage: Stage, stripe: int, slack: int, port: int) -> dict[str, str]:
    environment = bot_environment(stripe, slack, stage.folder, port)
    return environment | {"STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "DATABASE_URL": stage.url}


def _target(stage: Stage, port: int, slack: int) -> Target:
    return Target(port, SECRET, f"home {stage.customer}", f"http://127.0.0.1:{slack}")
