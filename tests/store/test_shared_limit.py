"""Processes that share a limit never have more than it together, and each gets what it needs of it."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, update

from bot.store.database import Database
from bot.store.shared_limit import FREED_MS, LEASE_MS, SharedLimit, Wants, divide, first_share
from bot.store.tables import shares
from tests.store.conftest import everything

WANTS = st.builds(Wants, st.integers(0, 300), st.integers(0, 300))


@given(limit=st.floats(0.1, 500), wants=st.lists(WANTS, min_size=1, max_size=8))
def test_what_is_divided_is_the_limit_and_everybody_gets_some(limit: float, wants: Sequence[Wants]) -> None:
    given_out = divide(limit, wants)
    assert sum(given_out) <= limit * 1.000001
    assert min(given_out) > 0
    if limit >= len(wants):
        assert min(given_out) >= 1
        assert all(each == int(each) for each in given_out)
        if sum(max(1, each.urgent + each.other) for each in wants) >= limit:
            assert sum(given_out) == int(limit)  # nothing is kept back from those who want it


@given(limit=st.integers(8, 500), wants=st.lists(WANTS, min_size=2, max_size=8))
def test_nobody_who_waits_less_urgently_gets_more(limit: int, wants: list[Wants]) -> None:
    given_out = divide(limit, [Wants(limit * 2), *wants])
    assert given_out[0] >= max(given_out[1:]) - 1


@pytest.mark.parametrize(
    ("limit", "wants", "shares_"),
    [
        (22, [Wants()], [11]),
        (22, [Wants(40)], [22]),
        (22, [Wants(), Wants(), Wants(), Wants()], [4, 4, 4, 4]),
        (22, [Wants(99), Wants(99), Wants(99), Wants(99)], [5, 5, 6, 6]),
        (22, [Wants(99), Wants(2), Wants(0, 99), Wants(0, 99)], [18, 2, 1, 1]),
        (22, [Wants(6), Wants(0, 99)], [6, 16]),
        (2, [Wants(9), Wants(9), Wants(), Wants()], [0.5, 0.5, 0.5, 0.5]),
    ],
)
def test_people_are_served_first_then_what_nobody_waits_for_then_who_may_come(
    limit: float, wants: list[Wants], shares_: list[float]
) -> None:
    assert divide(limit, wants) == shares_


@dataclass
class Milliseconds:
    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


class Together:
    """Processes that share a limit, each with its own connection."""

    def __init__(self, databases: Sequence[Database], limit: float) -> None:
        self.clock = Milliseconds()
        self.limits = [
            SharedLimit(each, "one", f"p{n}", limit, self.clock) for n, each in enumerate(databases)
        ]
        self.has: dict[int, float] = {}

    async def renew(self, number: int, wants: Wants, part: float = 1.0) -> float:
        share = await self.limits[number].renew(wants, part)
        self.has[number] = share.calls
        return share.calls


async def test_two_processes_divide_the_limit_and_the_urgent_one_gets_more(url: str) -> None:
    async with Database(url) as first, Database(url) as second:
        both = Together([first, second], 22)
        assert await both.renew(0, Wants(1)) == 11
        assert await both.renew(0, Wants(60)) == 22  # alone it has the whole as soon as it wants it
        assert await both.renew(1, Wants(6)) == first_share(22) == 2  # nothing is free yet
        assert await both.renew(0, Wants(0, 60)) == 16
        # What was given up counts a little longer.
        assert await both.renew(1, Wants(6)) == 2
        both.clock.now += FREED_MS
        assert await both.renew(1, Wants(6)) == 6
        await both.limits[0].leave()
        assert await both.renew(1, Wants(0, 60)) == 22


async def test_the_share_of_a_process_that_is_gone_is_free_again(url: str) -> None:
    async with Database(url) as first, Database(url) as second:
        both = Together([first, second], 22)
        await both.renew(0, Wants(60))
        await both.renew(0, Wants(60))
        assert await both.renew(1, Wants(60)) == 2
        await both.limits[1].leave()
        both.clock.now += LEASE_MS + 1
        assert await both.renew(1, Wants(60)) == 11
        assert await both.renew(1, Wants(60)) == 22
        # The other lives after all, and begins as somebody new.
        assert await both.renew(0, Wants(60)) == 2


async def test_a_row_that_a_clock_wrote_which_was_ahead_holds_up_nothing(database: Database) -> None:
    both = Together([database, database], 22)
    for _ in range(2):
        await both.renew(0, Wants(60))
    ahead = update(shares).values(seen_at_ms=both.clock.now + 10 * LEASE_MS)
    await database.write(lambda connection: connection.execute(ahead))
    assert [await both.renew(1, Wants(60)) for _ in range(2)] == [11, 22]


async def test_a_refusal_is_told_to_the_others(database: Database) -> None:
    both = Together([database, database], 22)
    await both.renew(0, Wants(6), part=0.5)
    both.clock.now += 3_000
    assert (await both.limits[1].renew(Wants(6))).slowed == ((0.5, 3.0),)


async def test_limits_of_different_keys_are_nothing_to_each_other(database: Database) -> None:
    clock = Milliseconds()
    for name in ("one", "another"):
        limit = SharedLimit(database, name, name, 22, clock)
        assert [(await limit.renew(Wants(60))).calls for _ in range(2)] == [11, 22]


async def test_eight_at_once_never_have_more_than_the_limit_and_a_first_share_each(url: str) -> None:
    async with Database(url) as first, Database(url) as second:
        all_ = Together([first, second] * 4, 22)
        await asyncio.gather(*(all_.renew(number, Wants(60)) for number in range(8)))
        assert sorted(all_.has.values()) == [2, 2, 2, 2, 2, 3, 5, 11]
        for _ in range(2):
            all_.clock.now += FREED_MS
            await asyncio.gather(*(all_.renew(number, Wants(60)) for number in range(8)))
        assert sum(all_.has.values()) == 22
        assert min(all_.has.values()) >= 2


async def test_whatever_they_want_in_whatever_order_they_renew_the_limit_holds(database: Database) -> None:
    chance = random.Random(15)
    all_ = Together([database] * 4, 22)
    for number in [*range(4), *range(4)]:
        await all_.renew(number, Wants(1))
    assert sum(all_.has.values()) <= 22
    for _ in range(15):
        for number in chance.sample(range(4), 4):
            all_.clock.now += FREED_MS * chance.randint(0, 3)
            urgent, other = (chance.choice([0, 1, 5, 40]) for _ in range(2))
            await all_.renew(number, Wants(urgent, other))
            assert sum(all_.has.values()) <= 22


async def test_a_process_that_has_enough_asks_two_statements_and_wakes_nobody(database: Database) -> None:
    both = Together([database, database], 22)
    await both.renew(0, Wants(1))
    asked: Counter[str] = Counter()

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT")):
            asked[statement.split(maxsplit=1)[0]] += 1

    event.listen(database._engine, "before_cursor_execute", count)
    await both.renew(0, Wants(2))
    event.remove(database._engine, "before_cursor_execute", count)
    assert asked == {"SELECT": 1, "UPDATE": 1}


async def test_a_row_says_nothing_but_numbers_and_names_it_was_given(database: Database) -> None:
    both = Together([database], 22)
    await both.renew(0, Wants(2, 1))
    assert await everything(database, "shares") == f"[('p0', 'one', {both.clock.now}, 11.0, 11.0, 2, 1, 1.0)]"
