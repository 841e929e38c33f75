"""A sign of life for an outside monitor, which raises the alarm when it stays away, whatever the reason."""

from dataclasses import dataclass

import aiohttp

from bot.alerts.rows.oncall import OnCallRows
from bot.durations import Clock
from bot.logs import get_log

SECONDS_BETWEEN = 60
PATIENCE_SECONDS = 10

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class Heartbeat:
    """One GET a minute, by one of all processes, and only while the database answers.

    The address may be a secret of the monitor: it is never logged.
    """

    address: str
    rows: OnCallRows
    clock: Clock
    seconds_between: int = SECONDS_BETWEEN

    async def beat(self) -> None:
        """Fetch the address if a minute has passed. Raises Unavailable when the database does not answer."""
        if not await self.rows.is_my_turn("heartbeat", self.clock(), self.seconds_between):
            return
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self.address) as answer,
            ):
                if answer.status >= 400:
                    _log.warning("heartbeat_refused", status=answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("heartbeat_failed", error=type(error).__name__)
