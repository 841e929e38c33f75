"""What a soak runs on: the program as its own processes, and the sandbox in front of it."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import uvicorn

from sandbox.app import Sandbox, SandboxOptions
from sandbox.disconnect import CuttableProtocol
from sandbox.slack import SlackOptions
from sandbox.slack.model import BOT_USER, Channel
from tests.stand.signing import SIGNING_SECRET, WEBHOOK_SECRET

SECONDS_TO_START = 30
SECONDS_TO_STOP = 40


class Program:
    """One process of the program under test, started again whenever it is killed."""

    def __init__(self, command: str, environment: Mapping[str, str], folder: Path) -> None:
        self.command = command
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with (self._folder / f"{self.command}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", self.command, env=self._environment, cwd=self._folder,
                stdout=log, stderr=log,
            )  # fmt: skip

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and wait until it is gone; one that does not go is killed."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), SECONDS_TO_STOP)
            except TimeoutError:
                await self.kill()

    def beside(self, **more: str) -> "Program":
        """Another process of the same, not started yet, with some settings of its own."""
        return Program(self.command, {**self._environment, **more}, self._folder)

    @property
    def port(self) -> str:
        """Where it serves, if it does."""
        return self._environment["PORT"]

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def peak_megabytes(self) -> int:
        """The most memory it had; 0 where that cannot be seen."""
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self.process_id}/status").read_text()
            return int(status.partition("VmHWM:")[2].split()[0]) // 1024
        return 0


def bot_environment(sandbox: str, database_url: str, port: int, config: Path, **more: str) -> dict[str, str]:
    """Settings of a bot that works against a sandbox; `config` is its settings file."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{sandbox}/api/",
        "ALERT_CHANNEL": "C0ALERTS",
        "STRIPE_API_KEY": "rk_test_sandbox",
        "STRIPE_API_BASE": sandbox,
        "STRIPE_MAX_RPS": "0",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "DATABASE_URL": database_url,
        "PORTALBOT_CONFIG": str(config),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    } | more


@asynccontextmanager
async def open_sandbox(bot_port: int, channels: int) -> AsyncIterator[Sandbox]:
    """A sandbox with this many further channels, until the block ends."""
    port = free_port()
    options = SandboxOptions(
        base_url=f"http://127.0.0.1:{port}", slack=SlackOptions(bot_url=f"http://127.0.0.1:{bot_port}")
    )
    sandbox = Sandbox(options)
    workspace = sandbox.slack.parts.workspace
    for number in range(channels):
        channel = Channel(f"C0SOAK{number}", f"soak-{number}", "", frozenset({BOT_USER}))
        workspace.channels[channel.id] = channel
        workspace._messages[channel.id] = {}
    server = uvicorn.Server(
        uvicorn.Config(
            sandbox.app,
            port=port,
            http=CuttableProtocol,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve())
    try:
        await reachable(port)
        yield sandbox
    finally:
        server.should_exit = True
        await serving


async def reachable(port: int) -> None:
    async with aiohttp.ClientSession() as session:
        await answers(session, f"http://127.0.0.1:{port}/sandbox/faults")


async def answers(session: aiohttp.ClientSession, address: str) -> None:
    async with asyncio.timeout(SECONDS_TO_START):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(address) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
