"""What the engine starts in one go begins together and ends together, and nobody waits in vain."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from bot.mail.rush import Rushes

Happened = list[tuple[str, int]]
Job = Callable[[int], Coroutine[None, None, None]]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.mail.rush.CALM_SECONDS", 0.02)


@pytest.fixture
def happened() -> Happened:
    """What the jobs did, in order."""
    return []


@pytest.fixture
async def job(happened: Happened) -> Job:
    rushes = Rushes()

    async def run(number: int) -> None:
        happened.append(("started", number))
        async with rushes.joined():
            happened.append(("sent", number))
            if number < 0:
                raise ValueError(number)
            await asyncio.sleep(0)
        happened.append(("ended", number))

    return run


async def test_all_are_started_then_all_send_then_all_end(job: Job, happened: Happened) -> None:
    await asyncio.gather(*map(job, range(5)))
    phases = [what for what, _ in happened]
    assert phases == ["started"] * 5 + ["sent"] * 5 + ["ended"] * 5


async def test_who_comes_later_is_not_waited_for(job: Job, happened: Happened) -> None:
    await job(1)
    await job(2)
    assert happened == [(what, number) for number in (1, 2) for what in ("started", "sent", "ended")]


async def test_an_error_is_raised_and_holds_up_nobody(job: Job, happened: Happened) -> None:
    outcomes = await asyncio.gather(job(1), job(-2), job(3), return_exceptions=True)
    assert [type(each) for each in outcomes] == [type(None), ValueError, type(None)]
    assert {number for what, number in happened if what == "ended"} == {1, 3}


async def test_one_that_is_cancelled_before_it_began_holds_up_nobody(job: Job, happened: Happened) -> None:
    leaving, staying = asyncio.create_task(job(1)), asyncio.create_task(job(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert ("sent", 1) not in happened


async def test_while_more_and_more_are_started_the_first_begin_all_the_same(
    job: Job, happened: Happened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.mail.rush.LONGEST_SECONDS", 0.05)
    jobs = [asyncio.create_task(job(0))]
    while ("sent", 0) not in happened:
        jobs.append(asyncio.create_task(job(len(jobs))))
        await asyncio.sleep(0.001)
    await asyncio.gather(*jobs)
    assert len([each for each in happened if each[0] == "ended"]) == len(jobs)
