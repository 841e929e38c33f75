"""One run of the web benchmark, start to end."""

import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Sent, Target
from benchmarks.slack_side import SlackSide
from benchmarks.web import (
    CONCURRENCY,
    SECRET,
    STRIPE_SECONDS,
    Acks,
    Links,
    Process,
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
TURNS = 5
ANSWER_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one run found out. `lost` counts commands of the rushes that never got an answer."""

    acks: list[Acks]
    links: list[Links]
    process: Process
    lost: int


def run_web() -> Measured:
    """Start portalbot twice, and measure the second."""
    objects = sandbox_objects()
    customer = objects.pop("customer")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        stand_in, slack_port, port = free_port(), free_port(), free_port()
        environment = bot_environment(stand_in, slack_port, folder, port)
        with running(["bot", "serve"], port, environment) as (_, first_start):
            pass
        stripe = ["benchmarks.stand_in", str(stand_in), str(STRIPE_SECONDS), str(file)]
        servers.enter_context(running(stripe, stand_in))
        process, second_start = servers.enter_context(running(["bot", "serve"], port, environment))
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack_port}")
        acks, links, lost = asyncio.run(_measure(target, slack_port, process))
        megabytes = memory_megabytes(process)
    return Measured(acks, links, Process(first_start, second_start, megabytes), lost)


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
            links.append(await links_of(target, slack, concurrent, LINKS[concurrent]))
        return acks, links, lost


async def _never_answered(slack: SlackSide, sent: list[Sent]) -> int:
    """Wait for the answers to a rush; how many never came."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.gather(*(slack.answered(each.number) for each in sent))
    except TimeoutError:
        return sum(each.number not in slack.answers for each in sent)
    return 0
