"""Nobody takes an alert: who is told, when, and that it stops once somebody does."""

import asyncio
import time as real_time
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.alert import Severity
from bot.alerts.escalation import JOB, Escalations
from bot.alerts.rotation import Handover
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.settings import Escalation, Rotation
from bot.engine.running import running_engine
from bot.settings import Settings
from bot.store.database import Database
from tests.alerts.oncall_parts import (
    ALEX,
    CHANNEL,
    NOW,
    PRIYA,
    SAM,
    Clock,
    Groups,
    Pager,
    PatientSteps,
    Queue,
    notes,
    people_on_call,
    raised,
)
from tests.engine.conftest import QUICK

pytestmark = pytest.mark.slow(10)

WEEKLY = Rotation(
    people=(ALEX, SAM, PRIYA),
    handover=(Handover(0, time(9)),),
    timezone=ZoneInfo("UTC"),
    start=date(2027, 1, 11),
)  # on NOW, 15 January 2027, it is Alex


def escalations(
    database: Database,
    clock: Clock,
    plan: Escalation | None = None,
    *,
    outside: Pager | None = None,
    rotation: Rotation = WEEKLY,
) -> Escalations:
    return Escalations(
        alerts=Alerts(database),
        rows=OnCallRows(database),
        on_call=people_on_call(database, rotation),
        plan=plan or Escalation(),
        clock=clock,
        channel=CHANNEL,
        outside=outside.tell if outside else None,
    )


async def templates(database: Database) -> list[tuple[str, str | None]]:
    return [(note.template, note.channel) for note in await notes(database)]


async def test_a_page_mentions_whoever_is_on_call_at_once_and_begins_one_job(database: Database) -> None:
    alert, queue, clock = await raised(database), Queue(), Clock()
    for _ in range(3):
        await escalations(database, clock).begin(queue)
    assert queue.put_in == [(JOB, f"escalate:{alert.id}:1", alert.id, 1, NOW)]
    (note,) = await notes(database)
    assert (note.template, note.channel, note.facts) == ("alert_mention", None, {"mention": [ALEX]})


async def test_direct_message_next_person_and_outside_come_each_at_their_time(database: Database) -> None:
    alert, clock, pager = await raised(database), Clock(), Pager()
    steps = PatientSteps(clock)
    await escalations(database, clock, outside=pager).escalate(steps, alert.id, 1, NOW)
    assert [(round(at - NOW), name) for at, name in steps.names] == [
        (300, "direct message 0"), (600, "next person 0"), (900, "outside 0 0"),
    ]  # fmt: skip
    assert await templates(database) == [
        ("alert_direct", ALEX), ("alert_next", None), ("alert_direct", SAM), ("alert_outside", None),
    ]  # fmt: skip
    assert pager.told == [alert.id]


@pytest.mark.parametrize("taken_before", ["direct message 0", "next person 0", "outside 0 0"])
@pytest.mark.parametrize("how", ["acknowledge", "resolve", "snooze"])
async def test_once_somebody_has_taken_it_nothing_more_happens(
    database: Database, taken_before: str, how: str
) -> None:
    alert, clock, pager, store = await raised(database), Clock(), Pager(), Alerts(database)

    async def take(name: str) -> None:
        if name != taken_before:
            return
        match how:
            case "acknowledge":
                await store.acknowledge(alert.id, SAM, NOW)
            case "resolve":
                await store.resolve(alert.id, SAM, NOW)
            case "snooze":
                await store.snooze(alert.id, SAM, NOW + 999, NOW)

    steps = PatientSteps(clock, take)
    await escalations(database, clock, outside=pager).escalate(steps, alert.id, 1, NOW)
    assert [name for _, name in steps.names][-1] == taken_before
    assert pager.told == []
    expected = {"direct message 0": 0, "next person 0": 1, "outside 0 0": 3}[taken_before]
    assert len(await notes(database)) == expected


async def test_an_alert_that_opens_again_escalates_again_and_the_old_escalation_is_over(
    database: Database,
) -> None:
    alert, clock, store, queue = await raised(database), Clock(), Alerts(database), Queue()
    ours = escalations(database, clock)
    await ours.begin(queue)
    await store.acknowledge(alert.id, SAM, NOW)
    await store.unacknowledge(alert.id, NOW)
    await ours.escalate(PatientSteps(clock), alert.id, 1, NOW)
    assert await templates(database) == [("alert_mention", None)]
    await ours.begin(queue)
    assert [entry[1] for entry in queue.put_in] == [f"escalate:{alert.id}:1", f"escalate:{alert.id}:2"]
    assert await templates(database) == [("alert_mention", None)] * 2


async def test_an_outside_service_that_fails_is_tried_again_and_the_thread_told_in_the_end(
    database: Database,
) -> None:
    alert, clock = await raised(database), Clock()
    flaky = Pager(failures=2)
    steps = PatientSteps(clock)
    await escalations(database, clock, outside=flaky).escalate(steps, alert.id, 1, NOW)
    assert flaky.told == [alert.id]
    assert round(clock.now - NOW) == 935
    other = await raised(database, "evt_2")
    await escalations(database, clock, outside=Pager(failures=9)).escalate(
        PatientSteps(clock), other.id, 1, NOW
    )
    last = (await notes(database))[-1]
    assert (last.template, last.facts) == ("alert_outside", {"reached": False})


async def test_nobody_on_call_still_reaches_the_outside_service(database: Database) -> None:
    alert, clock, pager = await raised(database), Clock(), Pager()
    ours = Escalations(
        alerts=Alerts(database), rows=OnCallRows(database), plan=Escalation(), clock=clock, channel=CHANNEL,
        on_call=people_on_call(database, Rotation(group="S0ONCALL"), groups=Groups()), outside=pager.tell,
    )  # fmt: skip
    await ours.begin(Queue())
    await ours.escalate(PatientSteps(clock), alert.id, 1, NOW)
    assert pager.told == [alert.id]
    assert (await notes(database))[0].facts == {"mention": ["S0ONCALL"]}  # Slack knows who is in it


async def test_severity_notify_is_one_mention_for_all_that_wait_in_a_channel(database: Database) -> None:
    clock, queue = Clock(), Queue()
    for number, channel in enumerate((CHANNEL, None, "C0OTHER")):
        await raised(database, f"evt_{number}", severity=Severity.NOTIFY, channel=channel)
    ours = escalations(database, clock)
    clock.now = NOW + 3599
    await ours.begin(queue)
    assert await notes(database) == []
    clock.now = NOW + 3600
    for _ in range(2):
        await ours.begin(queue)
    found = {note.channel: note.facts for note in await notes(database)}
    assert found == {
        CHANNEL: {"mention": [ALEX], "count": 2, "since": NOW},
        "C0OTHER": {"mention": [ALEX], "count": 1, "since": NOW},
    }
    assert queue.put_in == []


async def test_severity_notify_waits_for_the_end_of_quiet_hours_and_a_page_does_not(
    database: Database,
) -> None:
    night = int(datetime(2027, 1, 15, 3, tzinfo=UTC).timestamp())
    clock = Clock(night)
    ours = escalations(database, clock, Escalation(quiet_hours=(time(22), time(7)), notify_after=60))
    await raised(database, "evt_1", severity=Severity.NOTIFY, at=night - 600)
    await raised(database, "evt_2", severity=Severity.PAGE, at=night)
    await ours.begin(Queue())
    assert await templates(database) == [("alert_mention", None)]
    clock.now = night + 4 * 3600
    await ours.begin(Queue())
    assert await templates(database) == [("alert_mention", None), ("alerts_waiting", CHANNEL)]


async def test_timers_survive_a_restart_and_fire_at_their_time(
    settings: Settings, database: Database
) -> None:
    alert, pager = await raised(database, at=int(real_time.time())), Pager()
    plan = Escalation(dm_after=0.1, next_after=0.2, outside_after=1.5)
    reached: list[float] = []

    class Timed(Pager):
        async def tell(self, told: object) -> bool:
            reached.append(real_time.time())
            return True

    def ours(outside: Pager) -> Escalations:
        return Escalations(
            alerts=Alerts(database), rows=OnCallRows(database), on_call=people_on_call(database, WEEKLY),
            plan=plan, clock=real_time.time, channel=CHANNEL, outside=outside.tell,
        )  # fmt: skip

    before = ours(pager)
    async with running_engine(database, [before.job], timing=QUICK) as queue:
        begun = real_time.time()
        await before.begin(queue)
        while len(await notes(database)) < 4:
            assert real_time.time() - begun < 10
            await asyncio.sleep(0.02)
    assert pager.told == []
    after = ours(Timed())
    async with running_engine(database, [after.job], timing=QUICK) as queue:
        again = real_time.time()
        await after.begin(queue)
        while not reached:
            assert real_time.time() - begun < 20
            await asyncio.sleep(0.02)
    due = begun + 1.5
    assert due - 0.1 < reached[0] < max(due, again) + 1.4  # a timer that began again would take 1.5 s more
    found = await templates(database)
    assert [template for template, _ in found[:4]] == [
        "alert_mention",
        "alert_direct",
        "alert_next",
        "alert_direct",
    ]
    assert len(found) <= 5
    assert {note.key.split(":")[1] for note in await notes(database)} == {str(alert.id)}
