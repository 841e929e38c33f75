"""Repeated work that fails is seen: in the alert channel, in the metrics, and when it is over."""

from pathlib import Path

import pytest

from bot.alerts.escalation import Escalations
from bot.engine import JobQueue
from bot.process.worker import working
from tests.stand.person import ALERTS
from tests.stand.shown import Shown
from tests.stand.stand import GENEROUS, open_stand
from tests.stand.waiting import until


def test_work_that_fails_again_and_again_is_told_until_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works, is_broken = Escalations.begin, True

    async def begin(self: Escalations, queue: JobQueue) -> None:
        if is_broken:
            raise ZeroDivisionError("a bug")
        await works(self, queue)

    monkeypatch.setattr(Escalations, "begin", begin)
    with open_stand(tmp_path, GENEROUS) as stand:
        web = stand.web

        def told(text: str) -> bool:
            return any(text in Shown(each).words for each in stand.messages_in(ALERTS))

        with stand.loop.entered(working(web.services)):
            until(lambda: told("keeps failing: escalations"), "the alert")
            metrics = stand.bot_http.get("/metrics").text
            assert 'portalbot_loop_failures_total{loop="escalations"}' in metrics
            assert stand.bot_http.get("/readyz").status_code == 200
            is_broken = False
            until(lambda: told("Resolved"), "the end of it")
            assert "No open alerts" in stand.person().asks("alerts").words
        assert stand.violations() == []
