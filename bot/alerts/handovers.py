"""A note at each change of who is on call, so that nobody is it without knowing."""

from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.durations import HOUR, Clock

NEWS_SECONDS = 6 * HOUR
"""A change longer ago is history: the bot was down, or has just been set up."""


class Handovers:
    """Announces changes."""

    def __init__(self, on_call: OnCall, alerts: Alerts, channel: str | None, clock: Clock) -> None:
        """Without a channel nothing is announced."""
        self._on_call = on_call
        self._alerts = alerts
        self._channel = channel
        self._clock = clock

    async def announce(self) -> None:
        """Announce the last change unless that was done. Raises Unavailable."""
        now = self._clock()
        change = await self._on_call.last_change(now)
        if change is None or self._channel is None:
            return
        moment, before, since = change
        if before.people == since.people or not since.people or now - moment > NEWS_SECONDS:
            return
        waiting = await self._alerts.unresolved()
        facts = {
            "before": list(before.people),
            "since": list(since.people),
            "until": since.until,
            "open": sum(alert.needs_somebody for alert in waiting),
            "taken": sum(not alert.needs_somebody for alert in waiting),
        }
        await self._alerts.note(f"handover:{moment}", "handover", facts, now, channel=self._channel)
