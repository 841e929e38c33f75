"""The roster over the years: nobody is on call twice at once, never nobody, also when clocks change."""

from datetime import UTC, date, datetime, time
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.rotation import (
    Handover,
    Roster,
    Turn,
    in_hours,
    latest_change,
    next_clock_time,
    next_turn_of,
    on_call,
    swap,
    turn_at,
    turns,
)

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600
WEEK = 7 * 24 * HOUR
MONDAY_9 = (Handover(0, time(9)),)
ALEX, SAM, PRIYA = "U0ALEX", "U0SAM", "U0PRIYA"


def unix(text: str, zone: ZoneInfo = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def weekly(*people: str, handovers: tuple[Handover, ...] = MONDAY_9) -> Roster:
    return Roster(people, handovers, BERLIN, date(2026, 1, 7))


def test_the_first_of_the_list_is_on_call_in_the_week_of_the_start_and_the_next_one_after() -> None:
    roster = weekly(ALEX, SAM)
    assert turn_at(roster, unix("2026-01-07 12:00")) == Turn(
        ALEX, unix("2026-01-05 09:00"), unix("2026-01-12 09:00")
    )
    assert on_call(roster, (), unix("2026-01-12 08:59")).people == (ALEX,)
    assert on_call(roster, (), unix("2026-01-12 09:00")).people == (SAM,)
    assert on_call(roster, (), unix("2026-01-19 09:00")).people == (ALEX,)
    assert on_call(roster, (), unix("2026-01-05 08:59")).people == (SAM,)  # the week before the first


def test_a_week_with_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    spring = turn_at(weekly(ALEX), unix("2026-03-25 12:00"))
    autumn = turn_at(weekly(ALEX), unix("2026-10-21 12:00"))
    assert spring
    assert autumn
    assert spring.ends_at - spring.starts_at == WEEK - HOUR
    assert autumn.ends_at - autumn.starts_at == WEEK + HOUR


def test_a_hand_over_in_a_skipped_hour_comes_an_hour_later_and_in_a_doubled_one_once() -> None:
    skipped = weekly(ALEX, SAM, handovers=(Handover(6, time(2, 30)),))
    assert unix("2026-03-29 03:30") in {
        turn.starts_at for turn in islice(turns(skipped, unix("2026-03-01 12:00")), 6)
    }
    starts = [turn.starts_at for turn in islice(turns(skipped, unix("2026-10-01 12:00")), 8)]
    first_of_two = int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp())
    assert [moment for moment in starts if abs(moment - first_of_two) < 2 * HOUR] == [first_of_two]


def test_several_hand_overs_a_week_are_turns_of_their_own() -> None:
    roster = weekly(ALEX, SAM, PRIYA, handovers=(Handover(4, time(17)), Handover(0, time(9))))
    found = list(islice(turns(roster, unix("2026-01-07 12:00")), 4))
    assert [turn.person for turn in found] == [ALEX, SAM, PRIYA, ALEX]
    assert found[1] == Turn(SAM, unix("2026-01-09 17:00"), unix("2026-01-12 09:00"))


def test_a_list_without_hand_overs_is_on_call_together_and_nobody_is_left_to_ask() -> None:
    duty = on_call(Roster((ALEX, SAM)), (), 0)
    assert (duty.people, duty.others, duty.until) == ((ALEX, SAM), (), None)
    assert on_call(Roster(()), (), 0).people == ()
    assert turn_at(Roster((), MONDAY_9), 0) is None


def test_who_stands_in_is_on_call_alone_and_the_scheduled_one_is_asked_next() -> None:
    now = unix("2026-01-07 12:00")
    duty = on_call(weekly(ALEX, SAM), [Turn(PRIYA, now, now + HOUR)], now)
    assert duty.people == (PRIYA,)
    assert duty.others == (ALEX, SAM)
    assert duty.until == now + HOUR
    assert on_call(weekly(ALEX, SAM), [Turn(PRIYA, now, now + HOUR)], now + HOUR).people == (ALEX,)


def test_of_two_who_stand_in_the_later_one_counts() -> None:
    now = unix("2026-01-07 12:00")
    later_first = [Turn(PRIYA, now - 5, now + HOUR), Turn(SAM, now - 9, now + HOUR)]
    assert on_call(weekly(ALEX), later_first, now).people == (PRIYA,)
    same_time = [Turn(PRIYA, now, now + HOUR), Turn(SAM, now, now + HOUR)]
    assert on_call(weekly(ALEX), same_time, now).people == (SAM,)


def test_a_swap_exchanges_the_current_turn_with_the_next_one_of_the_other() -> None:
    roster, now = weekly(ALEX, SAM, PRIYA), unix("2026-01-07 12:00")
    overrides = swap(roster, ALEX, PRIYA, now)
    assert on_call(roster, overrides, now).people == (PRIYA,)
    assert on_call(roster, overrides, unix("2026-01-14 12:00")).people == (SAM,)
    assert on_call(roster, overrides, unix("2026-01-21 12:00")).people == (ALEX,)
    assert on_call(roster, overrides, unix("2026-01-28 12:00")).people == (ALEX,)


def test_a_swap_leaves_alone_whoever_stands_in_within_the_turn() -> None:
    roster, now = weekly(ALEX, SAM, PRIYA), unix("2026-01-07 12:00")
    overrides = [Turn(PRIYA, now - 60, now + HOUR), *swap(roster, ALEX, SAM, now)]
    assert on_call(roster, overrides, now).people == (PRIYA,)
    assert on_call(roster, overrides, now).until == now + HOUR
    assert on_call(roster, overrides, now + HOUR).people == (SAM,)


@pytest.mark.parametrize("pair", [(ALEX, ALEX), (ALEX, "U0STRANGER"), ("U0STRANGER", SAM)])
def test_a_swap_with_somebody_without_a_turn_changes_nothing(pair: tuple[str, str]) -> None:
    assert swap(weekly(ALEX, SAM), *pair, now=unix("2026-01-07 12:00")) == ()


def test_the_latest_change_is_a_hand_over_or_the_end_of_standing_in() -> None:
    now = unix("2026-01-07 12:00")
    assert latest_change(weekly(ALEX, SAM), (), now) == unix("2026-01-05 09:00")
    assert latest_change(weekly(ALEX, SAM), [Turn(SAM, now - 9, now - 2)], now) == now - 2
    assert latest_change(Roster((ALEX,)), (), now) is None


@pytest.mark.parametrize(("clock", "inside"), [
    ("21:59", False), ("22:00", True), ("23:30", True), ("06:59", True), ("07:00", False), ("12:00", False),
])  # fmt: skip
def test_hours_may_go_past_midnight(clock: str, inside: bool) -> None:
    now = unix(f"2026-06-01 {clock}")
    assert in_hours(time(22), time(7), BERLIN, now) is inside
    assert in_hours(time(7), time(22), BERLIN, now) is not inside


ZONES = st.sampled_from([
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca",
    "America/St_Johns", "Pacific/Apia", "UTC",
]).map(ZoneInfo)  # fmt: skip
MOMENTS = st.integers(unix("2000-01-01"), unix("2060-01-01"))
HANDOVERS = st.builds(Handover, st.integers(0, 6), st.times().map(lambda at: at.replace(microsecond=0)))
ROSTERS = st.builds(
    Roster,
    st.lists(st.sampled_from([ALEX, SAM, PRIYA, "U0ROBIN"]), min_size=1, unique=True).map(tuple),
    st.lists(HANDOVERS, min_size=1, max_size=3, unique_by=lambda each: (each.weekday, each.at.hour // 4)).map(
        tuple
    ),
    ZONES,
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)


@given(ROSTERS, MOMENTS)
def test_turns_follow_each_other_without_gap_in_the_order_of_the_list(roster: Roster, now: int) -> None:
    found = list(islice(turns(roster, now), 9))
    assert found[0].starts_at <= now < found[0].ends_at
    people = roster.people
    for one, following in pairwise(found):
        assert one.ends_at == following.starts_at
        assert one.starts_at < one.ends_at
        assert following.person == people[(people.index(one.person) + 1) % len(people)]


@given(ROSTERS, MOMENTS, st.floats(0, 1))
def test_all_of_a_turn_is_the_same_turn(roster: Roster, now: int, part: float) -> None:
    turn = turn_at(roster, now)
    assert turn is not None
    inside = int(turn.starts_at + part * (turn.ends_at - turn.starts_at - 1))
    assert turn_at(roster, inside) == turn
    assert turn_at(roster, turn.ends_at) != turn


@given(
    ROSTERS,
    MOMENTS,
    st.lists(st.builds(Turn, st.sampled_from([ALEX, SAM, "U0NEW"]), MOMENTS, MOMENTS), max_size=4),
)
def test_somebody_is_always_on_call_until_the_next_change(
    roster: Roster, now: int, overrides: list[Turn]
) -> None:
    duty = on_call(roster, overrides, now)
    assert len(duty.people) == 1
    assert not set(duty.people) & set(duty.others)
    assert set(roster.people) <= {*duty.people, *duty.others}
    if duty.until is None:
        assert len(roster.people) == 1
    else:
        assert duty.until > now
        assert on_call(roster, overrides, duty.until - 1).people == duty.people
        assert on_call(roster, overrides, duty.until).people != duty.people


@given(ROSTERS, MOMENTS)
def test_ones_next_turn_is_the_first_that_has_not_ended(roster: Roster, now: int) -> None:
    for person in roster.people:
        turn = next_turn_of(roster, person, now)
        assert turn is not None
        assert turn.person == person
        assert turn.ends_at > now
        assert turn.starts_at - now <= len(roster.people) * (WEEK + 3 * HOUR)


@given(st.times(), ZONES, MOMENTS)
def test_the_next_time_of_day_is_within_a_day_and_a_bit(at: time, zone: ZoneInfo, now: int) -> None:
    found = next_clock_time(at.replace(second=0, microsecond=0), zone, now)
    assert 0 < found - now <= 51 * HOUR  # Apia left out a whole day in 2011
