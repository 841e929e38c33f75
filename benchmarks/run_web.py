"""One run of the web benchmark, start to end."""

import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare import SECRET
from benchmarks.load import Sent, Target
from benchmarks.slack_side import SlackSide
from benchmarks.web import (
    CONCURRENCY,
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

SERVERS = {"bare ASGI": "asgi", "bare Bolt": "bolt", "portalbot": "bot"}
COMMANDS = {1: 200, 50: 1000, 200: 1000}
LINKS = {1: 20, 50: 500, 200: 800}
TURNS = 9
ANSWER_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one run found out. `lost` counts commands of the rushes that never got an answer."""

    acks: list[Acks]
    links: list[Links]
    process: Process
    lost: int


@dataclass(frozen=True, slots=True)
class Stage:
    """The running servers."""

    targets: dict[str, Target]
    slack: SlackSide


def run_web() -> Measured:
    """Measure the three servers in turns, so that a change of the machine's speed meets all of them."""
    objects = sandbox_objects()
    customer = objects.pop("customer")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        ports = {name: free_port() for name in ("stand_in", "slack", "asgi", "bolt", "bot")}
        environment = bot_environment(ports["stand_in"], ports["slack"], folder, ports["bot"])
        with running(["bot", "serve"], ports["bot"], environment) as (_, first_start):
            pass
        stripe = ["benchmarks.stand_in", str(ports["stand_in"]), str(STRIPE_SECONDS), str(file)]
        servers.enter_context(running(stripe, ports["stand_in"]))
        for name in ("asgi", "bolt"):
            servers.enter_context(running(["benchmarks.bare", name, str(ports[name])], ports[name]))
        process, second_start = servers.enter_context(running(["bot", "serve"], ports["bot"], environment))
        answers = f"http://127.0.0.1:{ports['slack']}"
        targets = {
            name: Target(ports[port], SECRET, f"home {customer}", answers) for name, port in SERVERS.items()
        }
        stage = Stage(targets, SlackSide())
        acks, links, lost = asyncio.run(_measure(stage, ports["slack"]))
        megabytes = memory_megabytes(process)
    return Measured(acks, links, Process(first_start, second_start, megabytes), lost)


async def _measure(stage: Stage, slack_port: int) -> tuple[list[Acks], list[Links], int]:
    async with await stage.slack.start(slack_port):
        acks: list[Acks] = []
        links: list[Links] = []
        lost = 0
        for concurrent in CONCURRENCY:
            for _ in range(TURNS):
                for name, target in stage.targets.items():
                    measured, sent = await acks_of(name, target, concurrent, COMMANDS[concurrent])
                    acks.append(measured)
                    lost += await _never_answered(stage, sent) if name == "portalbot" else 0
            links.append(
                await links_of(stage.targets["portalbot"], stage.slack, concurrent, LINKS[concurrent])
            )
        return acks, links, lost


async def _never_answered(stage: Stage, sent: list[Sent]) -> int:
    """Wait for the answers to a rush; how many never came."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.gather(*(stage.slack.answered(each.number) for each in sent))
    except TimeoutError:
        return sum(each.number not in stage.slack.answers for each in sent)
    return 0
