"""Alerts that somebody took and nobody resolved: who took one is asked, and a page opens again."""

from bot.alerts.alert import ASKED, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.settings import Escalation
from bot.durations import Clock


class ForgottenAlerts:
    """Asks about them, once for each time that one was taken."""

    def __init__(self, alerts: Alerts, plan: Escalation, clock: Clock) -> None:
        self._alerts = alerts
        self._plan = plan
        self._clock = clock

    async def look(self) -> None:
        """Open what has been forgotten for long, and ask about the rest. Raises Unavailable."""
        now, plan = self._clock(), self._plan
        if plan.reopen_after:
            for alert in await self._alerts.acknowledged_before(now - int(plan.reopen_after)):
                if alert.severity is Severity.PAGE:
                    await self._alerts.unacknowledge(alert.id, now)
        if not plan.ask_after:
            return
        for alert in await self._alerts.acknowledged_before(now - int(plan.ask_after)):
            key = f"asked:{alert.id}:{alert.acknowledged_at}"
            reopens = alert.severity is Severity.PAGE and bool(plan.reopen_after)
            at = (alert.acknowledged_at or now) + int(plan.reopen_after) if reopens else None
            facts = {"reopens": at, "taken_at": alert.acknowledged_at}
            await self._alerts.note(key, ASKED, facts, now, alert_id=alert.id, channel=alert.acknowledged_by)
