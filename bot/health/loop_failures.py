"""Alerts about periodic work that fails: raised when it keeps failing, resolved when it works again."""

from bot.errors import Unavailable
from bot.health.health_alerts import HealthAlerts, HealthProblem
from bot.logs import get_log
from bot.metrics import Metrics

_log = get_log(__name__)


class LoopFailures:
    """Counts failures and raises alerts about them; the `bot.engine.loops.LoopWatch` of the worker.

    Never raises an exception: the work itself must go on.
    """

    def __init__(self, alerts: HealthAlerts, metrics: Metrics) -> None:
        self._alerts = alerts
        self._metrics = metrics

    async def failed(self, loop: str, *, stays: bool, refused: bool = False) -> None:
        """Count a failure. One that `stays` also raises an alert, or counts onto it once an hour."""
        self._metrics.loop_failures.labels(loop=loop).inc()
        if not stays:
            return
        try:
            await self._alerts.report(HealthProblem("work_failing", {"work": loop, "refused": refused}, loop))
        except Unavailable:
            _log.error("trouble_not_raised", name="work_failing")

    async def works(self, loop: str) -> None:
        """Resolve the alert about this loop, whichever process raised it."""
        try:
            await self._alerts.resolve(HealthProblem("work_failing", about=loop))
        except Unavailable:
            _log.error("trouble_not_resolved", name="work_failing")
