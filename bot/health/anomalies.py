"""Alerts for what the web process notices while it works: forged webhooks, what Slack says about the app."""

from bot.errors import Unavailable
from bot.health.health_alerts import HealthAlerts, HealthProblem
from bot.logs import get_log

FORGED_IN_A_ROW = 5

_log = get_log(__name__)


class Anomalies:
    """Raises an alert when one of these happens.

    Never raises an exception: a request must not fail because an alert about it could not be stored.
    """

    def __init__(self, alerts: HealthAlerts, forged_in_a_row: int = FORGED_IN_A_ROW) -> None:
        """Raise an alert after `forged_in_a_row` wrong signatures with no right one between them."""
        self._alerts = alerts
        self._limit = forged_in_a_row
        self._forged = 0

    async def count_webhook(self, outcome: str) -> None:
        """Count a delivery to the webhook address; `outcome` is that of `POST /stripe/webhooks`."""
        if outcome != "bad_signature":
            self._forged = 0 if outcome in {"stored", "duplicate"} else self._forged
            return
        self._forged += 1
        if self._forged == self._limit:
            self._forged = 0
            await self._report(HealthProblem("webhooks_forged", {"count": self._limit}))

    async def report_disagreement(self, flow: str, missed: str | None, *, stripe_allowed: bool) -> None:
        """Report that Stripe did not decide about a link as the rules had said.

        `missed` is the rule that Stripe's message names and ours did not find, None when it names none.
        """
        facts = {"flow": flow, "missed": missed, "allowed": stripe_allowed}
        _log.warning("rules_disagree", **facts)  # the alert says no codes
        await self._report(HealthProblem("rules_disagree", facts, flow))

    async def report_slack(self, event: str) -> None:
        """Report what Slack says about the app: `app_rate_limited`, `app_uninstalled`, `tokens_revoked`."""
        _log.error("slack_trouble", event_type=event)
        await self._report(HealthProblem("slack_trouble", {"event": event}, event))

    async def _report(self, problem: HealthProblem) -> None:
        try:
            await self._alerts.report(problem)
        except Unavailable:
            _log.error("trouble_not_raised", name=problem.name)
