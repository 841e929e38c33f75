import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadUsage
from bot.use_cases.link_options import LONGEST_RECOVERY, SHORTEST_RECOVERY, recovery_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1_800),
        ("2h", 7_200),
        ("7d", 604_800),
        (" 2H ", 7_200),
        ("2 h", 7_200),
        ("5m", 300),
        ("90d", 7_776_000),
    ],
)
def test_minutes_hours_and_days_are_read(text: str, seconds: int) -> None:
    assert recovery_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "30", "-2h", "1.5h", "2w", "٣h", "2hh", "2h30m", "1e3m"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadUsage, match="duration_not_understood"):
        recovery_seconds(text)


@pytest.mark.parametrize("text", ["0m", "4m", "91d", "999999d"])
def test_too_short_and_too_long_are_refused(text: str) -> None:
    with pytest.raises(BadUsage, match="duration_out_of_range"):
        recovery_seconds(text)


@given(st.text(max_size=20))
def test_any_text_is_a_duration_within_bounds_or_a_refusal(text: str) -> None:
    try:
        assert SHORTEST_RECOVERY <= recovery_seconds(text) <= LONGEST_RECOVERY
    except BadUsage:
        return
