"""Tells the alert channel when somebody reaches a limit on links: a stolen account, or a busy day."""

import time
from collections.abc import Callable

from cachetools import TTLCache

from bot.alerts.rows.alerts import Alerts
from bot.durations import Clock
from bot.errors import Refused, Unavailable
from bot.logs import get_log

LIMIT_CODES = frozenset({"too_many_links", "too_many_customers"})
QUIET_SECONDS = 600
"""How long nothing more is posted about one person and limit."""
MOST_TOLD = 10_000

_log = get_log(__name__)


class LimitNotice:
    """Posts about a person and a limit about once in ten minutes, however often they try.

    As a note among the alerts' messages: it waits for a channel that is closed, and people hear that it is.
    """

    def __init__(
        self,
        alerts: Alerts,
        channel: str | None,
        clock: Clock,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Post to `channel`; when it is None, reached limits are only logged.

        `timer` gives seconds that never go back: a clock that was set back would keep a limit silent.
        """
        self._alerts = alerts
        self._channel = channel
        self._clock = clock
        self._told: TTLCache[tuple[str, str], bool] = TTLCache(MOST_TOLD, QUIET_SECONDS, timer)

    async def tell(self, actor: str, refused: Refused) -> None:
        """Post about a refusal when a limit is its reason. Never raises when the database does not answer."""
        now = self._clock()
        if refused.code not in LIMIT_CODES or (actor, refused.code) in self._told:
            return
        self._told[actor, refused.code] = True
        _log.warning("link_limit_reached", actor=actor, limit=refused.code)
        if self._channel is None:
            return
        key = f"limit:{refused.code}:{actor}:{now // QUIET_SECONDS}"
        facts = {"actor": actor, "code": refused.code, **refused.facts}
        try:
            await self._alerts.note(key, "limit_reached", facts, now, channel=self._channel)
        except Unavailable:
            _log.error("limit_notice_not_kept", actor=actor)
