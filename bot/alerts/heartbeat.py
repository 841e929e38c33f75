"""A sign of life for an outside monitor, which raises the alarm when it stays away, whatever the reason."""

import aiohttp

from bot.alerts.rows.oncall import OnCallRows
from bot.durations import Clock
from bot.logs import get_log

SECONDS_BETWEEN = 60
PATIENCE_SECONDS = 10

_log = get_log(__name__)


async def beat(address: str, rows: OnCallRows, clock: Clock) -> None:
    """Fetch the address if a minute has passed since one of all processes did.

    It may be a secret of the monitor: it is never logged. Raises Unavailable when the database does not
    answer, so that the monitor hears nothing then.
    """
    if not await rows.is_my_turn("heartbeat", clock(), SECONDS_BETWEEN):
        return
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as answer:
            if answer.status >= 400:
                _log.warning("heartbeat_refused", status=answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        _log.warning("heartbeat_failed", error=type(error).__name__)
