"""One run of the web benchmark, start to end."""

import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare import SECRET
from benchmarks.load import Target, commands
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
    read_json,
    running,
    sandbox_objects,
    wait_for_links,
)

COMMANDS = {1: 300, 50: 2000, 200: 2000}
BOT_COMMANDS = {1: 30, 50: 1000, 200: 1000}
ROUNDS = {1: 10, 50: 6, 200: 4}
TURNS = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one run found out."""

    acks: list[Acks]
    links: list[Links]
    process: Process
    calls: dict[str, dict[str, int]]
    unanswered: int


def run_web() -> Measured:
    """Measure the three servers in turns, so that a change of the machine's speed meets all of them."""
    objects = sandbox_objects()
    customer = objects.pop("customer")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        ports = {name: free_port() for name in ("stand_in", "asgi", "bolt", "bot")}
        environment = bot_environment(ports["stand_in"], folder, ports["bot"])
        with running(["bot", "serve"], ports["bot"], environment) as (_, first_start):
            pass
        stand_in = f"http://127.0.0.1:{ports['stand_in']}"
        with (
            running(
                ["benchmarks.stand_in", str(ports["stand_in"]), str(STRIPE_SECONDS), str(file)],
                ports["stand_in"],
            ),
            running(["benchmarks.bare", "asgi", str(ports["asgi"])], ports["asgi"]),
            running(["benchmarks.bare", "bolt", str(ports["bolt"])], ports["bolt"]),
            running(["bot", "serve"], ports["bot"], environment) as (process, second_start),
        ):
            text = f"home {customer}"
            targets = {name: Target(ports[name], SECRET, text, stand_in) for name in ("asgi", "bolt", "bot")}
            time.sleep(1)
            calls = {"home": _calls(targets["bot"], stand_in)}
            acks: list[Acks] = []
            links: list[Links] = []
            unanswered = 0
            for concurrent in CONCURRENCY:
                for _ in range(TURNS):
                    acks.append(acks_of("bare ASGI", targets["asgi"], concurrent, COMMANDS[concurrent]))
                    acks.append(acks_of("bare Bolt", targets["bolt"], concurrent, COMMANDS[concurrent]))
                    acks.append(acks_of("portalbot", targets["bot"], concurrent, BOT_COMMANDS[concurrent]))
                    unanswered += _drain(stand_in)
                links.append(links_of(targets["bot"], stand_in, concurrent, ROUNDS[concurrent]))
            megabytes = memory_megabytes(process)
    return Measured(acks, links, Process(first_start, second_start, megabytes), calls, unanswered)


def _calls(target: Target, stand_in: str) -> dict[str, int]:
    read_json(f"{stand_in}/forget")
    sent = asyncio.run(commands(target, 1, 1))
    wait_for_links(stand_in, [each.number for each in sent])
    calls: dict[str, int] = read_json(f"{stand_in}/arrived")[2]
    return calls


def _drain(stand_in: str) -> int:
    """Wait until nothing new is answered any more."""
    before = -1
    while True:
        answered = len(read_json(f"{stand_in}/arrived")[1])
        if answered == before:
            return 0
        before = answered
        time.sleep(1)
