"""When a snooze ends: after a while, or the next morning where the person is."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.durations import HOUR, MINUTE
from bot.errors import BadUsage

MORNING = "morning"
_MORNING_AT = time(9)
SHORTEST = timedelta(minutes=30)
"""Snoozed until morning at 8:50, nobody means ten minutes; nor a whole day."""
LONGEST_SNOOZE = 26 * HOUR
"""Seconds; until the next morning it is a day, half an hour and what a change of clocks adds, at most."""
_SPANS = {"15m": 15 * MINUTE, "1h": HOUR}


def snoozed_until(span: str, now: int, zone: tzinfo = UTC) -> int:
    """Read `15m`, `1h` or `morning` as its end (Unix seconds). Raises BadUsage("old_button") otherwise."""
    if span == MORNING:
        return _next_morning(now, zone)
    if span not in _SPANS:
        raise BadUsage("old_button")
    return now + _SPANS[span]


def _next_morning(now: int, zone: tzinfo) -> int:
    here = datetime.fromtimestamp(now, zone)
    morning = datetime.combine(here.date(), _MORNING_AT, zone)
    # Compared as moments: on wall clocks an hour can be missing or come twice.
    if morning.timestamp() < now + SHORTEST.total_seconds():
        morning = datetime.combine(here.date() + timedelta(days=1), _MORNING_AT, zone)
    return int(morning.timestamp())
