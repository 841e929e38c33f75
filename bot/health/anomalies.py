"""What the web process notices while it works: forged webhooks in a row, rules that Stripe disagrees with."""

from bot.errors import Unavailable
from bot.health.health_alerts import HealthAlerts, HealthProblem
from bot.logs import get_log

FORGED_IN_A_ROW = 5

_log = get_log(__name__)


class Anomalies:
    """Passes on what is worth an alert. Never raises: whatever was going on goes on."""

    def __init__(self, trouble: HealthAlerts, forged_in_a_row: int = FORGED_IN_A_ROW) -> None:
        """So many wrong signatures without a right one in between are no accident."""
        self._trouble = trouble
        self._limit = forged_in_a_row
        self._forged = 0

    async def webhook(self, outcome: str) -> None:
        """A delivery to the webhook address had this outcome."""
        if outcome != "bad_signature":
            self._forged = 0 if outcome in {"stored", "duplicate"} else self._forged
            return
        self._forged += 1
        if self._forged == self._limit:
            self._forged = 0
            await self._happened(HealthProblem("webhooks_forged", {"count": self._limit}))

    async def disagreement(self, flow: str, missed: str | None, *, stripe_allowed: bool) -> None:
        """Stripe decided otherwise than the rules said."""
        facts = {"flow": flow, "missed": missed, "allowed": stripe_allowed}
        await self._happened(HealthProblem("rules_disagree", facts, flow))

    async def _happened(self, trouble: HealthProblem) -> None:
        try:
            await self._trouble.happened(trouble)
        except Unavailable:
            _log.error("trouble_not_raised", name=trouble.name)
