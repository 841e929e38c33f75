"""Slack limits, breaks and loses answers; the channel gets every alert once all the same."""

import time

import pytest

from tests.alerts.alert_stand import AlertStand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(10)


@pytest.mark.parametrize("kind", ["429", "500", "down", "ratelimited", "lost"])
def test_an_alert_arrives_once_whatever_slack_does(alerts: AlertStand, kind: str) -> None:
    alerts.stand.fault("slack", kind, "chat.postMessage", times=2, seconds=1)
    alerts.happens("payout.failed")
    alerts.sent_until("Payout of")
    alerts.stand.heal()

    def nothing_left() -> bool:
        alerts.send()
        (alert,) = alerts.alerts()
        return alert.posted_revision == alert.revision

    until(nothing_left, "the alert to be recorded as sent")
    assert len(alerts.messages()) == 1


def test_the_time_that_slack_asks_for_binds_every_process(alerts: AlertStand) -> None:
    alerts.stand.fault("slack", "429", "chat.postMessage", times=1, seconds=2)
    alerts.happens("payout.failed")
    alerts.send()
    began = time.monotonic()
    other = AlertStand.of(alerts.stand)
    other.sent_until("Payout of")
    assert time.monotonic() - began > 1.5
