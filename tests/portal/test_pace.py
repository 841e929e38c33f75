"""The limit on calls to Stripe holds in every second, people come first, and a 429 slows everything down."""

import asyncio
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.portal.pace import RECOVERED_SECONDS, SLOWEST, TURNS_FOR_PEOPLE, WINDOW_SECONDS, Demand, Pace, behind
from tests.portal.hand_clock import HandClock, settle


def pace_at(clock: HandClock, per_second: float) -> Pace:
    return Pace(per_second, clock=clock, later=clock.later)


class Callers:
    """Callers of a pace, and when and in which order they began."""

    def __init__(self, pace: Pace, clock: HandClock) -> None:
        self._pace, self._clock = pace, clock
        self.began: list[tuple[float, str]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, name: str, times: int = 1, *, nobody_waits: bool = False) -> None:
        async def call() -> None:
            await self._pace.turn()
            self.began.append((self._clock.now, name))

        work = behind(call) if nobody_waits else call
        self.tasks += [asyncio.ensure_future(work()) for _ in range(times)]
        await settle()

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.began]


@settings(max_examples=40)
@given(
    limit=st.sampled_from([0.3, 1, 2.5, 5, 22]),
    steps=st.lists(st.tuples(st.floats(0, 3), st.integers(0, 12), st.booleans()), max_size=8),
    shares=st.lists(st.floats(0.5, 5), max_size=3),
)
def test_no_second_has_more_beginnings_than_the_limit(
    limit: float, steps: list[tuple[float, int, bool]], shares: list[float]
) -> None:
    async def run() -> None:
        clock = HandClock()
        pace = pace_at(clock, limit)
        callers = Callers(pace, clock)
        for number, (seconds, times, nobody_waits) in enumerate(steps):
            await clock.pass_(seconds)
            await callers.come("x", times, nobody_waits=nobody_waits)
            if number < len(shares):
                pace.share = min(limit, shares[number])
        pace.share = limit
        at_once = int(limit) if limit >= 1 else limit
        await clock.pass_((len(callers.tasks) / at_once + 3) * WINDOW_SECONDS)
        assert all(each.done() for each in callers.tasks)
        began = [at for at, _ in callers.began]
        second = max(1.0, 1 / limit)
        assert all(
            later - first >= second for first, later in zip(began, began[ceil(at_once) :], strict=False)
        )

    asyncio.run(run())


async def test_people_come_first_and_the_others_are_not_forgotten() -> None:
    clock = HandClock()
    pace = pace_at(clock, 1)
    callers = Callers(pace, clock)
    await callers.come("before", 1)
    await callers.come("nobody waits", 2, nobody_waits=True)
    await callers.come("person", 12)
    await clock.pass_(14 * WINDOW_SECONDS + 0.01)
    first, second = TURNS_FOR_PEOPLE + 1, 14
    assert callers.names.index("nobody waits") == first
    assert [at for at, name in enumerate(callers.names) if name == "nobody waits"] == [first, second]


async def test_who_gives_up_takes_nobodys_turn() -> None:
    clock = HandClock()
    pace = pace_at(clock, 1)
    callers = Callers(pace, clock)
    await callers.come("before")
    await callers.come("gone")
    callers.tasks[-1].cancel()
    await callers.come("stays")
    await clock.pass_(WINDOW_SECONDS)
    assert callers.began == [(0.0, "before"), (WINDOW_SECONDS, "stays")]


async def test_a_larger_share_lets_those_begin_who_wait() -> None:
    clock = HandClock()
    pace = pace_at(clock, 20)
    pace.share = 2
    callers = Callers(pace, clock)
    await callers.come("x", 8)
    assert len(callers.began) == 2
    pace.share = 6
    await settle()
    assert len(callers.began) == 6


async def test_a_refusal_halves_the_rate_and_a_minute_brings_it_back() -> None:
    clock = HandClock()
    pace = pace_at(clock, 20)
    for _ in range(5):
        pace.refused()  # of one burst
    assert pace.rate == 10
    await clock.pass_(RECOVERED_SECONDS / 4)
    assert pace.rate == 15
    await clock.pass_(RECOVERED_SECONDS)
    assert pace.rate == 20
    for _ in range(9):
        await clock.pass_(1)
        pace.refused(3)
    assert pace.rate == 20 * SLOWEST
    await clock.pass_(3)
    assert pace.rate == 20 * SLOWEST  # Stripe had said when to come again
    callers = Callers(pace, clock)
    await callers.come("x", 20)
    assert len(callers.began) == 2


async def test_another_process_s_refusal_lowers_the_rate_and_never_raises_it() -> None:
    clock = HandClock()
    pace = pace_at(clock, 20)
    pace.lower(0.5)
    assert pace.rate == 10
    pace.lower(0.9)
    assert pace.rate == 10


async def test_another_process_s_refusal_cuts_no_wait_short_that_stripe_asked_for() -> None:
    clock = HandClock()
    pace = pace_at(clock, 20)
    pace.refused(40)
    pace.lower(0.25)
    for _ in range(2):
        assert pace.rate == 5
        await clock.pass_(20)
    assert pace.rate == 5
    await clock.pass_(RECOVERED_SECONDS / 4)
    assert pace.rate == 10


async def test_the_demand_tells_people_from_others_and_says_who_waited() -> None:
    clock = HandClock()
    pace = pace_at(clock, 4)
    needs: list[float] = []
    pace.on_need = lambda: needs.append(clock.now)
    callers = Callers(pace, clock)
    await callers.come("x", 2)
    await callers.come("y", 1, nobody_waits=True)
    assert needs == [0.0]  # the first call of all
    assert pace.take_demand() == Demand(2, 1, waited=False)
    await callers.come("x", 3)
    assert needs == [0.0, 0.0]
    assert pace.take_demand() == Demand(1 + 2, 0, waited=True)
    await clock.pass_(10 * WINDOW_SECONDS)
    assert pace.take_demand() == Demand(1, 0, waited=True)
    assert pace.take_demand() == Demand(0, 0, waited=False)


@pytest.mark.parametrize("share", [0.0, 5.0])
async def test_without_a_limit_nothing_waits(share: float) -> None:
    clock = HandClock()
    pace = pace_at(clock, 0)
    pace.share = share
    for _ in range(1_000):
        await asyncio.wait_for(pace.turn(), 1)
