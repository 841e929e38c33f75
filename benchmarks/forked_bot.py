"""`portalbot serve` or `worker` as a process that starts in a fifth of a second, to be killed often."""

import asyncio
import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

SECONDS_TO_START = 60
# Everything that takes time to import, the soak's own modules too: each process begins as a copy of one that
# has it.
_IMPORTED = [
    "benchmarks.databases",
    "benchmarks.forked_bot",
    "benchmarks.web",
    "bot.cli",
    "bot.engine.running",
    "bot.process.server",
    "tests.stand.clicks",
]


class ForkedBot:
    """Begun as often as it is killed. `http` reaches it."""

    def __init__(self, environment: Mapping[str, str], folder: Path, command: str = "serve") -> None:
        """Write the process's output to `serve.log` (or what the command is) in `folder`."""
        self._environment = environment
        self._folder = folder
        self._command = command
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_IMPORTED)
        self._process: BaseProcess | None = None
        self.http = self._client()

    def begin(self) -> None:
        """Start, and wait for nothing."""
        arguments = (self._environment, self._folder, self._command)
        self._process = self._context.Process(target=run, args=arguments, daemon=True)
        self._process.start()

    async def start(self) -> None:
        """Serve; return when requests are taken."""
        self.begin()
        async with asyncio.timeout(SECONDS_TO_START):
            while not await self._answers():  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.join)
        await self.http.aclose()
        self.http = self._client()

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self._environment['PORT']}", timeout=30, verify=False
        )

    async def _answers(self) -> bool:
        try:
            return (await self.http.get("/healthz")).status_code == 200
        except httpx.TransportError:
            return False


def run(environment: Mapping[str, str], folder: Path, command: str) -> Any:
    """Be `portalbot serve`, or whatever the command is."""
    from bot.cli import cli

    with (folder / f"{command}.log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.chdir(folder)
    os.environ.update(environment)
    return cli([command])
