"""What is looked at again and again: no error ends it, and none is silent."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from bot.alerts.alert import Severity, Status
from bot.alerts.rows.alerts import Alerts
from bot.engine import Every
from bot.engine.loops import run_periodically
from bot.engine.running import running_engine
from bot.errors import Unavailable
from bot.health.health_alerts import HealthAlerts
from bot.health.loop_failures import LoopFailures
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database
from tests.alerts.oncall_parts import CHANNEL, Clock
from tests.engine.conftest import QUICK
from tests.engine.test_engine import until


@dataclass
class Failing:
    """Work that fails so often, then works."""

    failures: int
    error: Callable[[], Exception] = lambda: ZeroDivisionError("a bug")
    turns: int = 0

    async def __call__(self) -> None:
        self.turns += 1
        if self.turns <= self.failures:
            raise self.error()


@dataclass
class Told:
    """A watch that remembers."""

    failed_turns: list[tuple[str, bool]] = field(default_factory=list)
    working: list[str] = field(default_factory=list)

    async def failed(self, loop: str, *, stays: bool, refused: bool = False) -> None:
        self.failed_turns.append((loop, stays))

    async def works(self, loop: str) -> None:
        self.working.append(loop)


async def test_a_bug_in_a_turn_does_not_end_what_is_done_again_and_again(
    settings: Settings, database: Database
) -> None:
    work, told = Failing(3), Told()
    with capture_logs() as logs:
        async with running_engine(database, [], [Every("look", 0.01, work)], QUICK, told):
            await until(lambda: work.turns > 4)
    assert told.failed_turns == [("look", False), ("look", False), ("look", True)]
    assert told.working.count("look") == 1
    errors = [each for each in logs if each["event"] == "unhandled_error"]
    assert [(each["loop"], each["log_level"]) for each in errors] == [("look", "error")] * 3
    assert all(each["reference"] and each["exc_info"] for each in errors)


async def looping(
    every: Every, told: Told, condition: Callable[[], bool | Awaitable[bool]], bell: Bell | None = None
) -> None:
    task = asyncio.create_task(run_periodically(every, told, bell or Bell()))
    try:
        await until(condition)
        assert not task.done()
    finally:
        task.cancel()


async def test_a_refusal_is_neither_a_failure_nor_a_success() -> None:
    work, told = Failing(3, lambda: Unavailable("database_unavailable", retry=True)), Told()
    await looping(Every("look", 0.001, work), told, lambda: work.turns > 5)
    assert (told.failed_turns, told.working) == ([], ["look"])


async def test_a_refusal_that_lasts_is_told_until_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.loops.REFUSED_FOR", 0.0)
    work, told = Failing(4, lambda: Unavailable("database_unavailable", retry=True)), Told()
    await looping(Every("pruning", 0.001, work), told, lambda: work.turns > 6)
    assert (told.failed_turns, told.working) == ([("pruning", True)] * 2, ["pruning"])


async def test_what_is_rarely_done_need_not_fail_three_times() -> None:
    told = Told()
    await looping(Every("look", 3600, Failing(9)), told, lambda: bool(told.failed_turns))
    assert told.failed_turns == [("look", True)]


@dataclass
class Looking:
    """Work that says in how many seconds to look again."""

    again: list[float | None]
    turns: int = 0

    async def __call__(self) -> float | None:
        self.turns += 1
        return self.again[min(self.turns, len(self.again)) - 1]


async def test_without_anything_written_there_is_no_turn_until_the_sweep() -> None:
    work, bell = Looking([None]), Bell()

    async def rung_twice() -> bool:
        if work.turns < 3:
            await asyncio.sleep(0.02)
            bell.ring()
        return work.turns == 3

    every = Every("look", 0.001, work, sweep=3600)
    await looping(every, Told(), lambda: work.turns == 1, bell)
    work.turns = 0
    await looping(every, Told(), rung_twice, bell)
    sweeping = Looking([None])
    await looping(Every("look", 0.001, sweeping, sweep=0.01), Told(), lambda: sweeping.turns > 2)


async def test_work_that_says_when_it_is_due_is_done_then_and_at_the_sweep_at_the_latest() -> None:
    due = Looking([0.0, 0.01, None])
    await looping(Every("send", 0.001, due, sweep=3600), Told(), lambda: due.turns == 3)
    late = Looking([3600.0])
    await looping(Every("send", 0.001, late, sweep=0.01), Told(), lambda: late.turns > 2)


async def test_what_is_written_while_a_turn_is_taken_is_not_missed() -> None:
    bell, seen = Bell(), []

    async def work() -> None:
        seen.append(1)
        if len(seen) == 1:
            bell.ring()

    await looping(Every("look", 0.001, work, sweep=3600), Told(), lambda: len(seen) == 2, bell)


async def test_a_watch_that_fails_itself_ends_nothing() -> None:
    class Broken(Told):
        async def failed(self, loop: str, *, stays: bool, refused: bool = False) -> None:
            raise KeyError(loop)

    work = Failing(2)
    await looping(Every("look", 0.001, work), Broken(), lambda: work.turns > 4)


@pytest.mark.parametrize("others", [0, 1])
async def test_work_that_keeps_failing_is_an_alert_until_it_works(database: Database, others: int) -> None:
    clock, metrics, alerts = Clock(), Metrics(), Alerts(database)
    watch = LoopFailures(HealthAlerts(alerts, CHANNEL, clock.whole, livemode=False), metrics)
    for stays in (False, False, True, True, True):
        await watch.failed("mail", stays=stays)
        assert len(await alerts.unresolved()) == stays
    for _ in range(others):
        await watch.works("escalations")  # another one that works says nothing about this one
    (alert,) = await alerts.unresolved()
    assert (alert.rule, alert.severity, alert.count) == ("work_failing", Severity.PAGE, 1)
    assert alert.facts["work"] == "mail"
    assert b'portalbot_loop_failures_total{loop="mail"} 5.0' in metrics.text()
    await watch.works("mail")
    assert (await alerts.get(alert.id)).status is Status.RESOLVED
