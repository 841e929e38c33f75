"""Hears of what other processes wrote and of jobs that they put in: LISTEN and NOTIFY of PostgreSQL.

A notification that is lost loses nothing: whatever waits for the bell looks by itself from time to time.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from bot.logs import get_log
from bot.store.bell import Bell

CHANNEL = "portalbot_wrote"
US = secrets.token_hex(8)
"""Tells the notifications of this process from those of others."""
SECONDS_UNTIL_AGAIN = 5.0
SECONDS_TOGETHER = 0.05
"""What comes so soon after a notification is heard as one: in a burst each event sends several."""

_NOTIFY = text("SELECT pg_notify(:channel, :us)")
_log = get_log(__name__)


def notify_others(connection: Connection, job: str = "") -> None:
    """Have other processes hear of this transaction, once it is committed; `job` is what was put in."""
    connection.execute(_NOTIFY, {"channel": CHANNEL, "us": f"{US} {job}"})


@asynccontextmanager
async def hearing_others(
    url: str, bell: Bell, on_job: Callable[[str], None] = lambda _job: None
) -> AsyncIterator[None]:
    """Ring the bell for what others write, for the time of the `with` block; harmless on SQLite.

    `on_job` is called with the name of a job that one of them put in.
    """
    if make_url(url).get_backend_name() == "sqlite":
        yield
        return
    hearing = asyncio.create_task(_hear(url, bell, on_job))
    try:
        yield
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


async def _hear(url: str, bell: Bell, on_job: Callable[[str], None]) -> None:
    from psycopg import Error  # noqa: PLC0415 (9 MB that a process with SQLite does without)

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            await _listen(address, bell, on_job, US)
        except (Error, OSError) as error:
            _log.warning("notifications_lost", error=type(error).__name__)
        await asyncio.sleep(SECONDS_UNTIL_AGAIN)


async def _listen(address: str, bell: Bell, on_job: Callable[[str], None], us: str) -> None:
    """Listen until the connection ends. Raises psycopg.Error."""
    from psycopg import AsyncConnection  # noqa: PLC0415

    connection = await AsyncConnection.connect(
        address, autocommit=True, application_name="portalbot", connect_timeout=5, keepalives_idle=30
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        bell.ring()  # what was written meanwhile
        while True:
            heard = [each.payload.partition(" ") async for each in connection.notifies(stop_after=1)]
            others = {job for process, _, job in heard if process != us}
            for job in others - {""}:
                on_job(job)
            if "" in others:
                bell.ring()
            await asyncio.sleep(SECONDS_TOGETHER)
