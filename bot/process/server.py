"""`portalbot serve`: uvicorn around the application, and a stop that lets answers in flight finish."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import uvicorn

from bot.engine import Every
from bot.engine.loops import Unwatched, run_periodically
from bot.logs import get_log
from bot.process.http_limits import (
    ACCEPTED_AT_ONCE,
    BoundedHttp,
    leave_room_for_files,
    let_wait,
    quiet_about_accepting,
)
from bot.process.routes import make_app
from bot.process.web import Reached, Web, open_web, warm_up
from bot.process.worker import working
from bot.settings import Settings
from bot.store.migrate import migrate

SECONDS_FOR_OPEN_REQUESTS = 10
SECONDS_BETWEEN_CLOCKS = 10.0
"""How often the database is asked for the time, by which alerts are snoozed."""
SECONDS_TO_BE_REACHED = 3
"""How long the line that says what is connected waits for Slack and Stripe once the port is open."""

_log = get_log(__name__)


class Server(uvicorn.Server):
    """uvicorn, with a callback for the moment it takes requests."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        """Call `on_ready` once the port is open."""
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call `on_ready`."""
        await super().startup(sockets)
        for server in self.servers:
            for each in server.sockets:
                let_wait(each.fileno())
        if self.started:
            self._on_ready()


async def run_server(settings: Settings, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; then refuse new requests and finish what was begun.

    `on_ready` is called when the port is open. Raises Unavailable when the SQLite tables cannot be made.
    """
    if settings.uses_sqlite:
        await asyncio.to_thread(migrate, settings.database_url.get_secret_value())
    leave_room_for_files()
    quiet_about_accepting(asyncio.get_running_loop())
    async with open_web(settings) as web, AsyncExitStack() as stack:
        opened = asyncio.Event()
        if settings.uses_sqlite:
            await stack.enter_async_context(working(web.services))
        else:  # a process with jobs asks with each heartbeat
            asking = Every("clock", SECONDS_BETWEEN_CLOCKS, web.services.clock.set)
            following = run_periodically(asking, Unwatched(), web.services.database.bell)
            await stack.enter_async_context(_in_background(following))
        # Ends before the jobs do: they take the loop's threads with them, without which no name is looked up.
        await stack.enter_async_context(_in_background(_report(web, opened)))
        if web.socket is not None:
            await stack.enter_async_context(_in_background(web.socket.run()))

        def ready() -> None:
            # Spare the garbage collection what lives as long as the process: 230,000 objects. It is not run
            # before, which would take as long as answering 20 clicks, and finds ten that are not needed.
            gc.freeze()
            opened.set()
            on_ready()

        with _surviving_the_signal():
            await Server(_uvicorn_config(settings, web), ready).serve()


async def _report(web: Web, opened: asyncio.Event) -> None:
    """Warm up, and once the port is open say in one line what this process is connected with."""
    warming = asyncio.create_task(warm_up(web))
    try:
        await opened.wait()
        await asyncio.wait({warming}, timeout=SECONDS_TO_BE_REACHED)
        _say_serving(web.services.settings, warming.result() if warming.done() else Reached(False, False))
        await warming
        gc.freeze()  # what warming up has read and imported, too
    finally:
        warming.cancel()


def _say_serving(settings: Settings, reached: Reached) -> None:
    mode = "live mode" if settings.livemode else "test mode"
    smtp_url = settings.smtp_url.get_secret_value() if settings.smtp_url else ""
    _log.info(
        "serving",
        address=f"http://{settings.host}:{settings.port}",
        stripe=mode if reached.stripe else f"{mode}, not reached",
        slack=("socket mode" if settings.slack_app_token else "http") if reached.slack else "not reached",
        database="sqlite, jobs run here" if settings.uses_sqlite else "postgresql, jobs run in the worker",
        mail=urlsplit(smtp_url).hostname or "none",
        alerts=settings.alert_channel or "none",
        livemode=settings.livemode,
    )


def _uvicorn_config(settings: Settings, web: Web) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(web),
        host=settings.host,
        port=settings.port,
        http=BoundedHttp,
        loop="asyncio",
        lifespan="off",
        ws="none",
        backlog=ACCEPTED_AT_ONCE,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nothing here asks who called
        timeout_graceful_shutdown=SECONDS_FOR_OPEN_REQUESTS,
    )


@contextlib.contextmanager
def _surviving_the_signal() -> Iterator[None]:
    """Ignore the signal that uvicorn raises again when it is done: there is still work to finish."""
    before = {each: signal.signal(each, _noted) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _noted(number: int, _frame: object) -> None:
    _log.info("stopping", signal=signal.Signals(number).name)


@asynccontextmanager
async def _in_background(work: "asyncio._CoroutineLike[None]") -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
