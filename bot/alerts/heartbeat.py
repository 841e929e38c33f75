"""A sign of life for an outside monitor, which raises the alarm when it stays away, whatever the reason."""

from collections.abc import Callable

import aiohttp

from bot.alerts.rows.oncall import OnCallRows
from bot.logs import get_log

SECONDS_BETWEEN = 60
PATIENCE_SECONDS = 10

_log = get_log(__name__)


class Heartbeat:
    """One GET a minute, by one of all processes, and only while the database answers."""

    def __init__(
        self,
        address: str,
        rows: OnCallRows,
        clock: Callable[[], int],
        seconds_between: int = SECONDS_BETWEEN,
    ) -> None:
        """The address may be a secret of the monitor: it is never logged."""
        self._address = address
        self._rows = rows
        self._clock = clock
        self._seconds_between = seconds_between

    async def beat(self) -> None:
        """Fetch the address if a minute has passed. Raises Unavailable when the database does not answer."""
        if not await self._rows.is_my_turn("heartbeat", self._clock(), self._seconds_between):
            return
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self._address) as answer,
            ):
                if answer.status >= 400:
                    _log.warning("heartbeat_refused", status=answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("heartbeat_failed", error=type(error).__name__)
