"""Repeated work that fails: counted at once, an alert when it stays, over when it works again."""

from bot.alerts.own_trouble import OwnTrouble, Trouble
from bot.errors import Unavailable
from bot.logs import get_log
from bot.metrics import Metrics

IN_A_ROW = 3
"""Failures after which it is no accident."""

_log = get_log(__name__)


class FailingWork:
    """See `bot.engine.loops.LoopWatch`."""

    def __init__(self, trouble: OwnTrouble, metrics: Metrics) -> None:
        """Nothing is opened here."""
        self._trouble = trouble
        self._metrics = metrics

    async def failed(self, loop: str, in_a_row: int) -> None:
        """Count it; the third in a row raises an alert, and those of later hours count onto it."""
        self._metrics.loop_failures.labels(loop=loop).inc()
        if in_a_row < IN_A_ROW:
            return
        try:
            await self._trouble.happened(Trouble("work_failing", {"work": loop}, loop))
        except Unavailable:
            _log.error("trouble_not_raised", name="work_failing")

    async def works(self, loop: str) -> None:
        """Whatever an earlier process or this one said of it is over."""
        try:
            await self._trouble.over(Trouble("work_failing", about=loop))
        except Unavailable:
            _log.error("trouble_not_resolved", name="work_failing")
