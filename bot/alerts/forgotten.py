"""Alerts that somebody took and nobody resolved: who took one is asked, and a page opens again."""

from bot.alerts.alert import ASKED, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.settings import Escalation
from bot.durations import Clock


async def ask_about_forgotten(alerts: Alerts, plan: Escalation, clock: Clock) -> None:
    """Open what has been forgotten for long, and ask about the rest, once for each time that one was taken.

    Raises Unavailable.
    """
    now = clock()
    if plan.reopen_after:
        for alert in await alerts.acknowledged_before(now - int(plan.reopen_after)):
            if alert.severity is Severity.PAGE:
                await alerts.unacknowledge(alert.id, now)
    if not plan.ask_after:
        return
    for alert in await alerts.acknowledged_before(now - int(plan.ask_after)):
        key = f"asked:{alert.id}:{alert.acknowledged_at}"
        reopens = alert.severity is Severity.PAGE and bool(plan.reopen_after)
        at = (alert.acknowledged_at or now) + int(plan.reopen_after) if reopens else None
        facts = {"reopens": at, "taken_at": alert.acknowledged_at}
        await alerts.note(key, ASKED, facts, now, alert_id=alert.id, channel=alert.acknowledged_by)
