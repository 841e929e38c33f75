"""A clock that is an hour wrong and then right again stops nothing, and tells nothing twice."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import time as right_time
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.alert import LONGEST_MUTE, Effect, Occurrence, Severity, StormLimit
from bot.alerts.rotation import Handover, Roster, Turn, next_clock_time, turn_at
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import MOST_READ, OnCallRows
from bot.alerts.settings import Escalation
from bot.alerts.snooze import snoozed_until
from bot.durations import DAY, HOUR
from bot.store.clock import DatabaseClock
from bot.store.database import Database
from bot.use_cases.alert_actions import AlertAction
from bot.use_cases.person import at_the_terminal
from tests.alerts.oncall_parts import ALEX, CHANNEL, NOW, SAM, Clock, Queue, notes, people_on_call, raised
from tests.alerts.test_digest import MONDAY, NEXT_MONDAY, collected, weekly
from tests.alerts.test_escalation import escalations
from tests.alerts.test_handovers_and_heartbeat import MONDAY as HANDOVER
from tests.alerts.test_handovers_and_heartbeat import handovers
from tests.sqlite import with_tables
from tests.stand.stand import open_stand

BERLIN = ZoneInfo("Europe/Berlin")
STEPS = pytest.mark.parametrize("step", [HOUR, -HOUR])


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Database]:
    """What does the same on both databases is tested on one."""
    async with Database(with_tables(f"sqlite:///{tmp_path}/portalbot.db")) as database:
        yield database


def payout(key: str, at: int) -> Occurrence:
    return Occurrence(
        key=key, type="payout.failed", at=at, rule="payout_failed", severity=Severity.PAGE, group_key=key,
        template="payout_failed", livemode=False, channel=CHANNEL,
    )  # fmt: skip


@STEPS
async def test_what_was_many_by_a_wrong_clock_is_no_storm_by_the_right_one(file: Database, step: int) -> None:
    store = Alerts(file, StormLimit(2, 300))
    for number in range(2):
        await store.raise_or_count(payout(f"evt_{number}", NOW), NOW + step)
    outcome = await store.raise_or_count(payout("evt_3", NOW), NOW)
    assert outcome
    assert outcome.effect is Effect.RAISED


async def test_a_mute_longer_than_there_can_be_is_none(file: Database) -> None:
    store = Alerts(file)
    for until, muted in ((NOW + LONGEST_MUTE, True), (NOW + LONGEST_MUTE + 1, False)):
        await store.mute("payout_failed", until, "U1")
        outcome = await store.raise_or_count(payout(f"evt_{until}", NOW), NOW)
        assert outcome
        assert (outcome.effect is Effect.MUTED) is muted
        assert bool(await store.mutes(NOW)) is muted


@STEPS
async def test_whoever_takes_over_is_on_call_by_either_clock_and_can_hand_back(
    database: Database, step: int
) -> None:
    rows = OnCallRows(database)
    begun = NOW + step
    await rows.stand_in([Turn(SAM, begun, begun + 2 * HOUR)], SAM, begun)
    on_call = people_on_call(database)
    assert (await on_call.at(NOW)).duty.people == (SAM,)
    await rows.hand_back(SAM, NOW)
    assert (await on_call.at(NOW)).duty.people != (SAM,)


async def test_a_turn_that_was_swapped_begins_when_it_begins(file: Database) -> None:
    await OnCallRows(file).stand_in([Turn(SAM, NOW + HOUR, NOW + DAY)], SAM, NOW)
    assert (await people_on_call(file).at(NOW)).duty.people != (SAM,)


async def test_of_thousands_who_stand_in_the_last_ones_are_read(file: Database) -> None:
    rows = OnCallRows(file)
    many = [Turn(f"U{n}", NOW, NOW + HOUR) for n in range(MOST_READ + 5)]
    await rows.stand_in(many, SAM, NOW)
    assert await rows.overrides(NOW) == tuple(many[5:])


@STEPS
async def test_a_snooze_by_a_wrong_clock_is_over_by_the_right_one(database: Database, step: int) -> None:
    alert, store = await raised(database), Alerts(database)
    await store.snooze(alert.id, "U1", NOW + step + 900, NOW + step)
    assert [each.id for each in await store.wake_snoozed(NOW)] == [alert.id]


@STEPS
async def test_who_is_reminded_of_an_alert_waits_for_no_clock(file: Database, step: int) -> None:
    clock = Clock(NOW + step)
    ours = escalations(file, clock, Escalation(notify_after=1800))
    await raised(file, severity=Severity.NOTIFY, at=NOW + step)
    await ours.begin(Queue())
    assert await notes(file) == []
    clock.now = NOW + 30
    await ours.begin(Queue())
    assert len(await notes(file)) == 1


@STEPS
async def test_a_hand_over_and_a_digest_are_told_once(file: Database, step: int) -> None:
    await collected(file, "evt_1", MONDAY)
    for told, moment in enumerate((HANDOVER, NEXT_MONDAY)):
        for at in (-1800, -1800 + step, -1790, 1, step, 5400):
            clock = Clock(moment + at)
            await (weekly(file, clock).tell() if told else handovers(file, clock))
        assert len(await notes(file)) == told + 1


@pytest.mark.parametrize(
    ("now", "until"),
    [("2028-02-28T22:00", "2028-02-29T09:00"), ("2028-02-29T22:00", "2028-03-01T09:00")],
)
def test_a_leap_day_has_a_morning(now: str, until: str) -> None:
    def at(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp())

    assert snoozed_until("morning", at(now), BERLIN) == at(until)
    assert next_clock_time(time(9), BERLIN, at(now)) == at(until)


def test_a_leap_day_has_a_turn() -> None:
    daily = Roster(
        ("U1", "U2", "U3"), tuple(Handover(day, time(9)) for day in range(7)), UTC, date(2028, 2, 28)
    )
    noons = [
        int(datetime(2028, month, day, 12, tzinfo=UTC).timestamp())
        for month, day in ((2, 28), (2, 29), (3, 1))
    ]
    turns = [turn_at(daily, noon) for noon in noons]
    assert [turn.person for turn in turns if turn] == ["U1", "U2", "U3"]
    assert [turn.ends_at - turn.starts_at for turn in turns if turn] == [DAY] * 3


async def test_several_processes_compare_by_the_clock_of_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = DatabaseClock(database)
    right = datetime.now(UTC).timestamp()
    await clock.set()
    monkeypatch.setattr("bot.store.clock.time.time", lambda: right + HOUR)
    ahead = HOUR if database.is_sqlite else 0
    assert abs(clock() - right - ahead) < 30
    assert abs(clock.milliseconds() - clock.whole() * 1000) < 2000


async def test_whoever_presses_a_button_hundreds_of_times_pushes_out_nobody(
    file: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.alerts.rows.oncall.MOST_READ", 5)
    rows = OnCallRows(file)
    swapped, alex = Turn(ALEX, NOW + DAY, NOW + 2 * DAY), Turn(ALEX, NOW, NOW + DAY)
    await rows.stand_in([swapped, alex], ALEX, NOW)
    for second in range(1, 9):
        await rows.stand_in([Turn(SAM, NOW + second, NOW + second + 2 * HOUR)], SAM, NOW + second)
    kept = await rows.overrides(NOW + 9)
    assert {swapped, alex} <= set(kept)
    assert [each.person for each in kept if each.ends_at > NOW + 9] == [ALEX, ALEX, SAM]
    assert (await people_on_call(file).at(NOW + 9)).duty.people == (SAM,)
    await rows.hand_back(SAM, NOW + 10)
    assert (await people_on_call(file).at(NOW + 10)).duty.people == (ALEX,)


@pytest.mark.postgres
def test_a_snooze_by_a_web_process_whose_machine_is_ahead_lasts(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.clock.time.time", lambda: right_time() + HOUR)
    with open_stand(tmp_path, DATABASE_URL=postgres_url) as stand:
        services, now = stand.web.services, int(right_time())
        stand.loop.run(services.clock.set())
        alert = stand.loop.run(raised(services.database, at=now))
        person = at_the_terminal("sam", now)
        stand.loop.run(services.alert_actions.do(AlertAction("snooze", alert.id, "15m"), person))
        assert stand.loop.run(Alerts(services.database).wake_snoozed(now + 60)) == ()
