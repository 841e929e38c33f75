"""A snooze until morning ends at nine where the person is, also when the clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.snooze import snoozed_until
from bot.errors import BadUsage

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-22T23:10", "2026-11-23T09:00"),
        ("2026-11-22T03:00", "2026-11-22T09:00"),
        ("2026-11-22T08:50", "2026-11-23T09:00"),
        ("2026-11-22T09:00", "2026-11-23T09:00"),
        ("2026-03-28T22:00", "2026-03-29T09:00"),  # the night that is an hour shorter
        ("2026-10-24T22:00", "2026-10-25T09:00"),  # and the one that is longer
    ],
)
def test_until_morning(now: str, until: str) -> None:
    assert snoozed_until("morning", at(now), BERLIN) == at(until)


def test_morning_is_the_persons_own() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert snoozed_until("morning", at("2026-11-22T23:00", tokyo), tokyo) == at("2026-11-23T09:00", tokyo)


def test_spans_and_nothing_else() -> None:
    assert (snoozed_until("15m", 100), snoozed_until("1h", 100)) == (1000, 3700)
    with pytest.raises(BadUsage):
        snoozed_until("9y", 100)
