"""Whatever is typed behind `take:`, `until:` and `ack:` is understood or refused in our words."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadUsage
from bot.use_cases.alert_list import _number, _span
from bot.use_cases.oncall import LONGEST_SECONDS, _read_end
from bot.words import Words

NOW = 1_800_000_000  # 15 January 2027, 8:00 UTC
BERLIN = ZoneInfo("Europe/Berlin")
WORDS = Words()
TYPED = st.text(max_size=12) | st.from_regex(r"(until:?)?[0-9]{1,5}[mhd:]?[0-9]{0,3}", fullmatch=True)


@pytest.mark.parametrize(("typed", "seconds"), [
    ("2h", 7200), ("90m", 5400), ("3d", 3 * 86_400), ("until:2h", 7200), ("9:30", 1800), ("09:30", 1800),
    ("until:18:00", 9 * 3600), ("8:59", 86_400 - 60), ("9:00", 86_400),
])  # fmt: skip
def test_times_and_durations_in_the_persons_zone(typed: str, seconds: int) -> None:
    assert _read_end(typed, BERLIN, NOW) == NOW + seconds


@given(TYPED)
def test_a_time_is_within_two_weeks_or_refused(typed: str) -> None:
    try:
        until = _read_end(typed, BERLIN, NOW)
    except BadUsage as refused:
        WORDS.refusal(refused)  # raises when there is no sentence for it
    else:
        assert NOW < until <= NOW + LONGEST_SECONDS


@given(TYPED)
def test_an_alerts_number_and_a_span_are_positive_or_refused(typed: str) -> None:
    for read in (_number, _span):
        try:
            assert read(typed) >= 0
        except BadUsage as refused:
            WORDS.refusal(refused)  # raises when there is no sentence for it
