"""Repeated work that fails: counted at once, an alert when it stays, over when it works again."""

from bot.errors import Unavailable
from bot.health.health_alerts import HealthAlerts, HealthProblem
from bot.logs import get_log
from bot.metrics import Metrics

_log = get_log(__name__)


class LoopFailures:
    """See `bot.engine.loops.LoopWatch`."""

    def __init__(self, trouble: HealthAlerts, metrics: Metrics) -> None:
        """Nothing is opened here."""
        self._trouble = trouble
        self._metrics = metrics

    async def failed(self, loop: str, *, stays: bool) -> None:
        """Count it; one that stays raises an alert, and those of later hours count onto it."""
        self._metrics.loop_failures.labels(loop=loop).inc()
        if not stays:
            return
        try:
            await self._trouble.happened(HealthProblem("work_failing", {"work": loop}, loop))
        except Unavailable:
            _log.error("trouble_not_raised", name="work_failing")

    async def works(self, loop: str) -> None:
        """Whatever an earlier process or this one said of it is over."""
        try:
            await self._trouble.over(HealthProblem("work_failing", about=loop))
        except Unavailable:
            _log.error("trouble_not_resolved", name="work_failing")
