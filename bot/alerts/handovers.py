"""A note at each change of who is on call, so that nobody is it without knowing."""

from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.durations import HOUR, Clock

NEWS_SECONDS = 6 * HOUR
"""A change longer ago is history: the bot was down, or has just been set up."""


async def announce_handover(on_call: OnCall, alerts: Alerts, channel: str | None, clock: Clock) -> None:
    """Announce the last change in the channel, if there is one, unless that was done. Raises Unavailable."""
    now = clock()
    change = await on_call.last_change(now)
    if change is None or channel is None:
        return
    moment, before, since = change
    if before.people == since.people or not since.people or now - moment > NEWS_SECONDS:
        return
    waiting = await alerts.unresolved()
    facts = {
        "before": list(before.people),
        "since": list(since.people),
        "until": since.until,
        "open": sum(alert.needs_somebody for alert in waiting),
        "taken": sum(not alert.needs_somebody for alert in waiting),
    }
    await alerts.note(f"handover:{moment}", "handover", facts, now, channel=channel)
