"""Who is on call when: pure date maths, nothing is asked or kept here.

A hand-over is a time on a wall clock ("monday 09:00" in one zone), so a week with a clock change in it is an
hour longer or shorter; all comparisons are of Unix seconds, where no hour exists twice. A hand-over time that
a clock change skips happens when the clock comes back to it or past it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count, islice

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Handover:
    """A time of the week on the wall clock; Monday is 0."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Roster:
    """Who takes part, in order, and when the next one takes over.

    Without hand-overs all of `people` are on call all the time. `start` is a day in the first one's turn.
    """

    people: tuple[str, ...]
    handovers: tuple[Handover, ...] = ()
    zone: tzinfo = UTC
    start: date = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is on call, from `starts_at` until before `ends_at` (Unix seconds).

    By the schedule, or standing in for who would be.
    """

    person: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on call at a moment: `people` first, then `others`; `until` is the next change, if any."""

    people: tuple[str, ...]
    others: tuple[str, ...] = ()
    until: int | None = None


def on_call(roster: Roster, overrides: Sequence[Turn], now: int) -> Duty:
    """Find who is on call at `now`, and whom to ask after them."""
    people, scheduled = _people(roster, overrides, now)
    order = [*scheduled, *_from(roster.people, scheduled[0])] if scheduled else []
    others = tuple(each for each in dict.fromkeys(order) if each not in people)
    moments = (
        each for each in _changes(roster, overrides, now) if _people(roster, overrides, each)[0] != people
    )
    return Duty(people, others, next(moments, None))


def _people(roster: Roster, overrides: Sequence[Turn], now: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find who is on call, and who would be if nobody stood in."""
    turn = turn_at(roster, now)
    scheduled = roster.people if turn is None else (turn.person,)
    # Of two who stand in at once, the one who begins later, and then the one who said so later.
    standing_in = [each for each in reversed(overrides) if each.starts_at <= now < each.ends_at]
    if not standing_in:
        return scheduled, scheduled
    return (max(standing_in, key=lambda each: each.starts_at).person,), scheduled


def _changes(roster: Roster, overrides: Sequence[Turn], now: int) -> list[int]:
    """Yield moments after `now` at which somebody else may be on call, as far as it takes to find one."""
    moments = {moment for each in overrides for moment in (each.starts_at, each.ends_at)}
    # The end of somebody's standing in need not be a change; the end of the turn it falls into is.
    for moment in (now, *moments):
        moments |= {turn.ends_at for turn in islice(turns(roster, moment), 2)}
    return sorted(moment for moment in moments if moment > now)


def turn_at(roster: Roster, now: int) -> Turn | None:
    """Find the scheduled turn that `now` falls into; None when nobody hands over."""
    if not roster.handovers or not roster.people:
        return None
    handovers = tuple(sorted(roster.handovers))
    number = max(_latest(roster, handovers, place, now) for place in range(len(handovers)))
    person = roster.people[(number - _first(roster, handovers)) % len(roster.people)]
    return Turn(person, _moment(roster, handovers, number), _moment(roster, handovers, number + 1))


def turns(roster: Roster, now: int) -> Iterator[Turn]:
    """Yield the turn at `now` and all that follow, without end; nothing when nobody hands over."""
    turn = turn_at(roster, now)
    while turn is not None:
        yield turn
        turn = turn_at(roster, turn.ends_at)


def next_turn_of(roster: Roster, person: str, now: int) -> Turn | None:
    """Find somebody's turn now, or else their next one; None when they have none."""
    if person not in roster.people:
        return None
    return next((turn for turn in turns(roster, now) if turn.person == person), None)


def swap(roster: Roster, one: str, other: str, now: int) -> tuple[Turn, ...]:
    """Exchange the current or next turns of two people; nothing when one of them has none.

    The turns are exchanged from their beginning, so that whoever stands in within one goes on doing so.
    """
    first, second = next_turn_of(roster, one, now), next_turn_of(roster, other, now)
    if first is None or second is None or one == other:
        return ()
    return replace(first, person=other), replace(second, person=one)


def latest_change(roster: Roster, overrides: Sequence[Turn], now: int) -> int | None:
    """Find when it last became somebody else's turn, at `now` or before; None when it never did."""
    moments = [moment for each in overrides for moment in (each.starts_at, each.ends_at) if moment <= now]
    turn = turn_at(roster, now)
    if turn is not None:
        moments.append(turn.starts_at)
    return max(moments, default=None)


def next_clock_time(at: time, zone: tzinfo, now: int) -> int:
    """Find when a wall clock in `zone` next shows `at`, strictly after `now` (Unix seconds)."""
    today = datetime.fromtimestamp(now, zone).date()
    moments = (_unix(today + timedelta(days=days), at, zone) for days in count())
    return next(moment for moment in islice(moments, 3) if moment > now)


def in_hours(start: time, end: time, zone: tzinfo, now: int) -> bool:
    """Say whether a wall clock in `zone` is between `start` and `end`, which may be past midnight."""
    clock = datetime.fromtimestamp(now, zone).time()
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def _latest(roster: Roster, handovers: Sequence[Handover], place: int, now: int) -> int:
    """The number, counted from Monday of the first week, of the last hand-over at this place of the week."""
    today = datetime.fromtimestamp(now, roster.zone).date()
    week = (_monday(today) - _monday(roster.start)) // WEEK
    numbers = ((week - back) * len(handovers) + place for back in count())
    return next(number for number in numbers if _moment(roster, handovers, number) <= now)


def _first(roster: Roster, handovers: Sequence[Handover]) -> int:
    """The number, counted the same way, of the turn that `start` falls into."""
    return sum(each.weekday <= roster.start.weekday() for each in handovers) - 1


def _moment(roster: Roster, handovers: Sequence[Handover], number: int) -> int:
    weeks, place = divmod(number, len(handovers))
    handover = handovers[place]
    day = _monday(roster.start) + weeks * WEEK + timedelta(days=handover.weekday)
    return _unix(day, handover.at, roster.zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _unix(day: date, at: time, zone: tzinfo) -> int:
    return int(datetime.combine(day, at, zone).astimezone(UTC).timestamp())


def _from(people: tuple[str, ...], person: str) -> tuple[str, ...]:
    """List the people after this one, in order, round to those before."""
    place = people.index(person)
    return people[place + 1 :] + people[:place]
