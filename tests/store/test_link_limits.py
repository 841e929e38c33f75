"""No number of simultaneous commands gets an agent over the limit."""

import asyncio

import pytest

from bot.errors import NotAllowed
from bot.store.database import Database
from bot.store.link_limits import LinkLimits

NOW = 1_800_000_000


async def test_fifty_at_once_never_exceed_the_links_of_an_hour(url: str) -> None:
    # Two engines are two processes as far as the database can tell.
    async with Database(url) as first, Database(url) as second:
        limits = [LinkLimits(database, links_per_hour=30) for database in (first, second)]
        results = await asyncio.gather(
            *(limits[n % 2].reserve("U1", "cus_1", True, NOW) for n in range(50)), return_exceptions=True
        )
    refused = [result for result in results if isinstance(result, NotAllowed)]
    assert len(results) - len(refused) == 30
    assert all(refusal.code == "too_many_links" for refusal in refused)
    assert len({result.id for result in results if not isinstance(result, BaseException)}) == 30


async def test_fifty_at_once_never_open_too_many_live_customers(url: str) -> None:
    async with Database(url) as first, Database(url) as second:
        limits = [LinkLimits(database, links_per_hour=100) for database in (first, second)]
        results = await asyncio.gather(
            *(limits[n % 2].reserve("U1", f"cus_{n}", True, NOW) for n in range(50)), return_exceptions=True
        )
    refused = [result for result in results if isinstance(result, NotAllowed)]
    assert len(results) - len(refused) == 10
    assert all(refusal.code == "too_many_customers" for refusal in refused)


async def test_the_refusal_says_when_the_next_link_is_possible(database: Database) -> None:
    limits = LinkLimits(database, links_per_hour=2)
    await limits.reserve("U1", "cus_1", False, NOW)
    await limits.reserve("U1", "cus_1", False, NOW + 100)
    with pytest.raises(NotAllowed) as caught:
        await limits.reserve("U1", "cus_1", False, NOW + 200)
    assert caught.value.facts == {"limit": 2, "retry_at": NOW + 3600, "minutes": 57}
    with pytest.raises(NotAllowed):
        await limits.reserve("U1", "cus_1", False, NOW + 3599)
    await limits.reserve("U1", "cus_1", False, NOW + 3600)


async def test_the_same_customer_again_does_not_count_as_another(database: Database) -> None:
    limits = LinkLimits(database, live_customers_per_10_minutes=2)
    for customer in ("cus_1", "cus_2", "cus_1", "cus_2"):
        await limits.reserve("U1", customer, True, NOW)
    with pytest.raises(NotAllowed, match="too_many_customers") as caught:
        await limits.reserve("U1", "cus_3", True, NOW + 60)
    assert caught.value.facts == {"limit": 2, "retry_at": NOW + 600, "minutes": 9}
    await limits.reserve("U1", "cus_1", True, NOW + 60)
    await limits.reserve("U1", "cus_3", True, NOW + 600)  # cus_2 is ten minutes old now


async def test_test_customers_are_not_counted_as_live_ones(database: Database) -> None:
    limits = LinkLimits(database, live_customers_per_10_minutes=1)
    for number in range(5):
        await limits.reserve("U1", f"cus_{number}", False, NOW)
    await limits.reserve("U1", "cus_live", True, NOW)


async def test_agents_do_not_share_an_allowance(database: Database) -> None:
    limits = LinkLimits(database, links_per_hour=1)
    await limits.reserve("U1", "cus_1", True, NOW)
    await limits.reserve("U2", "cus_1", True, NOW)


async def test_a_released_grant_counts_no_more(database: Database) -> None:
    limits = LinkLimits(database, links_per_hour=1)
    await limits.release(await limits.reserve("U1", "cus_1", True, NOW))
    await limits.reserve("U1", "cus_1", True, NOW)


async def test_a_lowered_limit_waits_until_the_count_has_fallen_under_it(database: Database) -> None:
    for at in (NOW, NOW + 10, NOW + 20):
        await LinkLimits(database, links_per_hour=3).reserve("U1", "cus_1", True, at)
    with pytest.raises(NotAllowed) as caught:
        await LinkLimits(database, links_per_hour=1).reserve("U1", "cus_1", True, NOW + 30)
    assert caught.value.facts["retry_at"] == NOW + 20 + 3600
