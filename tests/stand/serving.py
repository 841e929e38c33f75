"""Servers on free ports, on an event loop in a thread of their own, so that tests can be plain functions."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from itertools import count
from typing import Any, Literal, TypeVar

import httpx
import uvicorn
from starlette.types import ASGIApp

from tests.stand.waiting import PATIENCE

Result = TypeVar("Result")


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="stand", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result], patience: float = 60) -> Result:
        """Run a coroutine there and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(patience)

    def call(self, work: Callable[[], Result]) -> Result:
        """Call a function there: what it looks at does not change meanwhile."""

        async def inside() -> Result:
            return work()

        return self.run(inside())

    @contextmanager
    def entered(self, manager: AbstractAsyncContextManager[Result]) -> Iterator[Result]:
        """Enter an asynchronous context there, in one task from beginning to end."""
        started: asyncio.Future[Result] = self.call(self.loop.create_future)
        over: asyncio.Event = self.call(asyncio.Event)

        async def hold() -> None:
            try:
                async with manager as inside:
                    started.set_result(inside)
                    await over.wait()
            except BaseException as error:
                if started.done():
                    raise
                started.set_exception(error)

        task = asyncio.run_coroutine_threadsafe(hold(), self.loop)
        try:
            yield self.run(_wait(started))
        finally:
            self.loop.call_soon_threadsafe(over.set)
            task.result(PATIENCE * 2)

    def close(self) -> None:
        """End the thread."""
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()


async def _wait(future: Awaitable[Result]) -> Result:
    return await future


def free_socket() -> tuple[socket.socket, str]:
    """A listening socket on loopback, and its address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    # asyncio sets it for sockets of its own only; without it a short answer may be held back for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


_PORTS = count(20_000 + 700 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))


def free_port() -> int:
    """A port that nobody listens on, for a process that opens it in a moment.

    It is below those that the system gives out, so that no other test gets it meanwhile.
    """
    for port in _PORTS:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError


def client(url: str) -> httpx.Client:
    """A client for a server on loopback; reading the list of certificates would take longer than a test."""
    return httpx.Client(base_url=url, timeout=30, verify=False)


@asynccontextmanager
async def served(
    app: ASGIApp, listener: socket.socket, *, http: Any = "httptools", lifespan: Literal["on", "off"] = "off"
) -> AsyncIterator[None]:
    """Serve until the block ends."""
    config = uvicorn.Config(
        app, http=http, log_config=None, access_log=False, lifespan=lifespan, timeout_graceful_shutdown=2
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    ticks = asyncio.create_task(server.main_loop())
    try:
        yield
    finally:
        ticks.cancel()
        await server.shutdown(sockets=[listener])
