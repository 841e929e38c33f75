"""Processes on one Stripe key keep to its limit together, and agents go first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.errors import Unavailable
from bot.portal.pace import Pace
from bot.process.services import open_services
from bot.process.stripe_share import HURRIED_SECONDS, IDLE_SECONDS, StripeShare, sharing_stripe
from bot.settings import Purpose, load_settings
from bot.store.database import Database
from bot.store.shared_limit import FREED_MS, SharedLimit, first_share
from tests.portal.hand_clock import HandClock
from tests.portal.test_pace import Callers
from tests.store.conftest import database, everything, sqlite_url, url

__all__ = ["database", "sqlite_url", "url"]

LIMIT = 22


@dataclass
class Processes:
    """A web process and a worker, with one clock."""

    database: Database
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.web, self.worker = self._one("web"), self._one("worker")
        self.agents = Callers(self.web.pace, self.clock)
        self.alerts = Callers(self.worker.pace, self.clock)

    def _one(self, name: str) -> StripeShare:
        pace = Pace(LIMIT, clock=self.clock, later=self.clock.later)
        limit = SharedLimit(self.database, "one", name, LIMIT, lambda: int(self.clock() * 1000))
        share = StripeShare(pace, limit, self.clock)
        pace.share = first_share(LIMIT)
        return share

    async def renew(self, times: int = 1) -> None:
        for _ in range(times):
            await self.clock.pass_(FREED_MS / 1000)
            await self.worker.renew()
            await self.web.renew()

    @property
    def shares(self) -> tuple[float, float]:
        return self.web.pace.share, self.worker.pace.share


async def test_agents_who_wait_get_nearly_the_whole_and_lookups_for_alerts_the_rest(
    database: Database,
) -> None:
    both = Processes(database)
    await both.agents.come("agent", 200)
    await both.alerts.come("alert", 200, nobody_waits=True)
    await both.renew(3)
    assert both.shares == (21, 1)
    await both.clock.pass_(20)
    await both.renew(2)
    assert both.shares[0] + both.shares[1] <= LIMIT
    assert both.shares[1] > 10  # no agent waits any more


async def test_a_share_is_given_back_after_a_minute_and_nothing_is_asked_of_the_database_until_the_next_call(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Processes(database)
    needs: list[float] = []
    both.web.pace.on_need = lambda: needs.append(both.clock.now)
    await both.agents.come("agent")
    await both.web.renew()
    assert both.web.pace.share == LIMIT / 2
    await both.clock.pass_(IDLE_SECONDS + 1)
    assert await both.web.renew() is None
    assert both.web.pace.share == first_share(LIMIT)
    assert await everything(database, "shares") == "[]"
    monkeypatch.delattr(SharedLimit, "renew")
    monkeypatch.delattr(SharedLimit, "leave")
    await both.web.renew()
    await both.agents.come("agent")
    assert needs == [0.0, IDLE_SECONDS + 1]


async def test_a_database_that_is_away_leaves_a_process_its_share(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Processes(database)
    await both.agents.come("agent", 60)
    await both.web.renew()
    await both.web.renew()
    assert both.web.pace.share == LIMIT

    async def away(*_: object) -> None:
        raise Unavailable("database_unavailable", retry=True)

    with monkeypatch.context() as gone:
        gone.setattr(SharedLimit, "renew", away)
        with pytest.raises(Unavailable):
            await both.web.renew()
    assert both.web.pace.share == LIMIT
    await both.clock.pass_(10)
    assert len(both.agents.began) == 60


async def test_a_429_of_one_process_slows_the_other_and_both_recover(database: Database) -> None:
    both = Processes(database)
    await both.agents.come("agent", 8)
    await both.alerts.come("alert", 8, nobody_waits=True)
    await both.renew(2)
    both.web.pace.refused()
    assert await both.web.renew() == HURRIED_SECONDS
    await both.worker.renew()
    assert both.worker.pace.rate == both.worker.pace.share / 2
    for _ in range(22):
        await both.agents.come("agent")
        await both.alerts.come("alert")
        await both.renew(1)
    assert (both.web.pace.part, both.worker.pace.part) == (1, 1)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[tuple[Pace, Database]]:
    environ = {
        "STRIPE_API_KEY": "rk_test_notshown",
        "STRIPE_ACCOUNT": "acct_1",
        "STRIPE_MAX_RPS": str(LIMIT),
        "DATABASE_URL": url,
    }
    settings = load_settings(environ, require=Purpose.ASK_STRIPE)
    async with open_services(settings, remembers=False) as services, sharing_stripe(services):
        yield services.account.gateway.pace, services.database


@pytest.mark.postgres
async def test_a_process_takes_its_share_with_its_first_call_and_gives_it_back(postgres_url: str) -> None:
    async with Database(postgres_url) as looking:
        async with _opened(postgres_url) as (pace, _):
            assert pace.share == first_share(LIMIT)
            assert await everything(looking, "shares") == "[]"
            for _ in range(6):  # more than it has at first: the last ones wait for the share, a moment
                await pace.turn()
            assert pace.share >= LIMIT / 2
            row = await everything(looking, "shares")
            assert "stripe test acct_1 " in row
            assert "notshown" not in row
        assert await everything(looking, "shares") == "[]"


async def test_with_sqlite_there_is_nothing_to_share(sqlite_url: str) -> None:
    async with _opened(sqlite_url) as (pace, _):
        assert pace.share == LIMIT
        await pace.turn()
