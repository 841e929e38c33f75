"""`make soak`: a stranger holds 1,100 connections with half a request each; others are answered all the same.

    python -m benchmarks.half_open [--connections 1100] [--seconds 40]

What is closed is opened again after a second. Meanwhile somebody asks for `/healthz` and sends a command,
each over a connection of its own. What must hold: every answer within a second, less than a megabyte of log.
"""

import argparse
import asyncio
import contextlib
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import httpx

from benchmarks.load import Times
from benchmarks.soak_stage import Program, answers, bot_environment, free_port, open_sandbox
from tests.stand.signing import command_form, slack_headers

LONGEST_ANSWER_MS, MOST_LOG = 1000.0, 1_000_000
HALVES = (
    b"",
    b"POST /slack/events HTTP/1.1\r\nHost:",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1",
)


@dataclass(slots=True)
class Held:
    """What the stranger did, and how others were answered."""

    opened: int = 0
    open_now: int = 0
    most_open: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)
    log: int = 0

    @property
    def good(self) -> bool:
        """Whether everybody else was answered in time, and the log stayed small."""
        return (
            not self.refused and Times.of(self.seconds).longest <= LONGEST_ANSWER_MS and self.log < MOST_LOG
        )


async def hold(port: int, half: bytes, held: Held, over: asyncio.Event) -> None:
    """Keep half a request open, again and again."""
    while not over.is_set():
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            held.opened += 1
            held.open_now += 1
            held.most_open = max(held.most_open, held.open_now)
            try:
                writer.write(half)
                await reader.read()
            finally:
                held.open_now -= 1
                writer.close()
        await asyncio.sleep(1)


async def ask(port: int, held: Held, until: float) -> None:
    """Ask as a load balancer and as Slack do, over a new connection each time."""

    async def health(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/healthz")

    async def command(client: httpx.AsyncClient) -> httpx.Response:
        body = command_form("help")
        return await client.post("/slack/events", content=body, headers=slack_headers(body))

    asking: tuple[Callable[[httpx.AsyncClient], Awaitable[httpx.Response]], ...] = (health, command)
    address = f"http://127.0.0.1:{port}"
    while time.monotonic() < until:
        for each in asking:
            async with httpx.AsyncClient(base_url=address, timeout=30, verify=False) as client:
                began = time.perf_counter()
                try:
                    held.refused += (await each(client)).status_code != 200
                except httpx.TransportError:
                    held.refused += 1
                held.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)


async def run(connections: int, seconds: float, folder: Path) -> Held:
    """Start the bot, hold connections, ask, and look at the log."""
    held, over, port = Held(), asyncio.Event(), free_port()
    (folder / "half.toml").touch()
    async with open_sandbox(port, 0) as sandbox:
        url, config = f"sqlite:///{folder}/portalbot.db", folder / "half.toml"
        environment = bot_environment(sandbox.options.base_url, url, port, config)
        program = Program("serve", environment, folder)
        await program.start()
        try:
            async with aiohttp.ClientSession() as session:
                await answers(session, f"http://127.0.0.1:{port}/readyz")
            halves = (HALVES[number % len(HALVES)] for number in range(connections))
            holding = [asyncio.create_task(hold(port, half, held, over)) for half in halves]
            await asyncio.sleep(2)
            await ask(port, held, time.monotonic() + seconds)
            over.set()
            for task in holding:
                task.cancel()
            await asyncio.gather(*holding, return_exceptions=True)
        finally:
            await program.kill()
    return held


def main() -> int:
    """Hold, ask, and say how it went."""
    parser = argparse.ArgumentParser(description="Hold half-open connections; see that others are answered.")
    parser.add_argument("--connections", type=int, default=1100)
    parser.add_argument("--seconds", type=float, default=40)
    chosen = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192) if hard > 0 else 8192, hard))
    with tempfile.TemporaryDirectory(prefix="portalbot-half-") as folder:
        held = asyncio.run(run(chosen.connections, chosen.seconds, Path(folder)))
        held.log = sum(file.stat().st_size for file in Path(folder).glob("*.log"))
    times = Times.of(held.seconds)
    print(
        f"{held.opened} half-open connections in {chosen.seconds:g} s, {held.most_open} at a time; others:"
        f" {len(held.seconds)} requests, {held.refused} not answered, p50 {times.median:.0f} ms,"
        f" p99 {times.p99:.0f} ms, longest {times.longest:.0f} ms; {held.log} bytes of log"
    )
    print("everything held" if held.good else "BROKEN")
    return 0 if held.good else 1


if __name__ == "__main__":
    sys.exit(main())
