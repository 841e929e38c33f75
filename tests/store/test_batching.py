import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text

from bot.errors import Unavailable
from bot.store.batching import MOST_TOGETHER, Batcher
from bot.store.database import Database


@pytest.fixture
async def counted(database: Database) -> list[list[int]]:
    """The batches that were run."""
    return []


def doubling(database: Database, batches: list[list[int]]) -> Batcher[int, int]:
    def double(connection: Connection, numbers: Sequence[int]) -> list[int]:
        batches.append([*numbers])
        return [int(connection.scalar(text("SELECT :n * 2"), {"n": number}) or 0) for number in numbers]

    return Batcher(database.read, double)


async def test_what_comes_at_once_is_one_and_everybody_gets_their_own_result(
    database: Database, counted: list[list[int]]
) -> None:
    double = doubling(database, counted)
    assert await asyncio.gather(*map(double, range(10))) == [number * 2 for number in range(10)]
    assert counted == [[*range(10)]]


async def test_what_comes_while_one_is_in_progress_is_the_next(
    database: Database, counted: list[list[int]]
) -> None:
    double = doubling(database, counted)
    first = asyncio.create_task(double(0))
    for _ in range(3):  # it begins, sees that it is alone, and is under way
        await asyncio.sleep(0)
    assert await asyncio.gather(*map(double, range(1, 10))) == [number * 2 for number in range(1, 10)]
    assert await first == 0
    assert counted == [[0], [*range(1, 10)]]


async def test_a_transaction_has_a_largest_size_and_keeps_the_order(
    database: Database, counted: list[list[int]]
) -> None:
    double = doubling(database, counted)
    many = range(2 * MOST_TOGETHER + 2)
    assert await asyncio.gather(*map(double, many)) == [number * 2 for number in many]
    assert [len(batch) for batch in counted] == [MOST_TOGETHER, MOST_TOGETHER, 2]
    assert [number for batch in counted for number in batch] == [*many]


async def test_one_by_one_works_as_well(database: Database, counted: list[list[int]]) -> None:
    double = doubling(database, counted)
    assert [await double(1), await double(2)] == [2, 4]
    assert counted == [[1], [2]]


async def test_when_it_fails_everybody_is_told_and_the_next_is_tried_again(database: Database) -> None:
    broken = True

    def work(connection: Connection, items: Sequence[int]) -> list[int]:
        connection.execute(text("SELECT nothing FROM nowhere" if broken else "SELECT 1"))
        return [*items]

    together = Batcher(database.write, work)
    results = await asyncio.gather(together(1), together(2), return_exceptions=True)
    assert [type(each) for each in results] == [Unavailable, Unavailable]
    broken = False
    assert await together(3) == 3


async def test_an_error_of_our_own_leaves_nobody_waiting(database: Database) -> None:
    def work(_connection: Connection, items: Sequence[int]) -> list[int]:
        if 1 in items or 2 in items:
            raise AssertionError("a mistake")
        return [*items]

    # What ends a task is told to the loop, and by it to the log, which a test takes for a failure.
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    together = Batcher(database.write, work)
    results = await asyncio.gather(*(together(each) for each in (1, 2)), return_exceptions=True)
    assert [type(each) for each in results] == [Unavailable, Unavailable]
    with pytest.raises(AssertionError):
        await together(1)
    assert await together(3) == 3


async def test_who_stops_waiting_does_not_stop_the_others(
    database: Database, counted: list[list[int]]
) -> None:
    double = doubling(database, counted)
    first, leaving, staying = (asyncio.create_task(double(number)) for number in (1, 2, 3))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 6
    assert await first == 2


async def test_when_the_first_stops_waiting_the_others_are_done_all_the_same(
    database: Database, counted: list[list[int]]
) -> None:
    double = doubling(database, counted)
    leaving, staying = asyncio.create_task(double(1)), asyncio.create_task(double(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 4
