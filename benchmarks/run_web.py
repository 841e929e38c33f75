"""One run of the web benchmark, start to end."""

import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare import calls_by_hand
from benchmarks.load import Sent, Target, Times
from benchmarks.slack_side import SlackSide
from benchmarks.web import (
    CONCURRENCY,
    SECRET,
    STRIPE_SECONDS,
    Acks,
    Links,
    acks_of,
    bot_environment,
    free_port,
    links_of,
    memory_megabytes,
    running,
    sandbox_objects,
)

COMMANDS = {1: 200, 50: 1000, 200: 1000}
LINKS = {1: 20, 50: 500, 200: 800}
TURNS = 3
ANSWER_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one run found out. `lost` counts commands of the rushes that never got an answer.

    `bare` are acknowledgements of servers that do nothing else, by name; `by_hand` is one call to Stripe
    with an HTTP client, at each of CONCURRENCY.
    """

    acks: list[Acks]
    nothing_behind: list[Acks]
    links: list[Links]
    megabytes: float
    lost: int
    bare: dict[str, Acks]
    by_hand: dict[int, Times]


def run_web() -> Measured:
    """Measure portalbot, and what there is to compare it with."""
    objects = sandbox_objects()
    customer = objects.pop("customer")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        stand_in, slack_port, port = free_port(), free_port(), free_port()
        environment = bot_environment(stand_in, slack_port, folder, port)
        stripe = ["benchmarks.stand_in", str(stand_in), str(STRIPE_SECONDS), str(file)]
        servers.enter_context(running(stripe, stand_in))
        bare = {name: _bare(name) for name in ("bolt", "route")}
        process, _ = servers.enter_context(running(["bot", "serve"], port, environment))
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack_port}")
        acks, links, lost = asyncio.run(_measure(target, slack_port, process))
        nothing_behind = asyncio.run(_nothing_behind(target, process))
        megabytes = memory_megabytes(process)
        by_hand = {
            concurrent: asyncio.run(
                calls_by_hand(stand_in, customer, concurrent, LINKS[concurrent], within=STRIPE_SECONDS)
            )
            for concurrent in CONCURRENCY
        }
    return Measured(acks, nothing_behind, links, megabytes, lost, bare, by_hand)


def _bare(name: str) -> Acks:
    port = free_port()
    with running(["benchmarks.bare", str(port), name, SECRET], port) as (process, _):
        target = Target(port, SECRET, "home", f"http://127.0.0.1:{port}")
        acks, _ = asyncio.run(acks_of(target, 50, COMMANDS[50], process))
        return acks


async def _nothing_behind(target: Target, process: int) -> list[Acks]:
    """Measure acknowledgements of a command without a customer: they say so, and nothing follows."""
    target = Target(target.port, SECRET, "home", target.answers)
    return [(await acks_of(target, 50, COMMANDS[50], process))[0] for _ in range(TURNS)]


async def _measure(target: Target, slack_port: int, process: int) -> tuple[list[Acks], list[Links], int]:
    slack = SlackSide()
    async with await slack.start(slack_port):
        acks: list[Acks] = []
        links: list[Links] = []
        lost = 0
        for concurrent in CONCURRENCY:
            for _ in range(TURNS):
                measured, sent = await acks_of(target, concurrent, COMMANDS[concurrent], process)
                acks.append(measured)
                lost += await _never_answered(slack, sent)
            links.append(await links_of(target, slack, concurrent, LINKS[concurrent], process))
        return acks, links, lost


async def _never_answered(slack: SlackSide, sent: list[Sent]) -> int:
    """Wait for the answers to a rush; how many never came."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.gather(*(slack.answered(each.number) for each in sent))
    except TimeoutError:
        return sum(each.number not in slack.answers for each in sent)
    return 0
