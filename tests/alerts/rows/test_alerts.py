"""One event has one effect, in whatever order and however often it arrives; people's states go through."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.alerts.alert import Effect, Occurrence, Outcome, Severity, Status, StormLimit
from bot.alerts.rows.alerts import Alerts
from bot.errors import BadUsage, NotFound
from bot.store.database import Database
from bot.store.events import StoredEvent, StripeEvents
from tests.stored_events import unhandled

FAILED = Occurrence(
    key="evt_1",
    type="invoice.payment_failed",
    at=100,
    rule="payment_failed",
    severity=Severity.PAGE,
    group_key="payment_failed:in_1",
    template="payment_failed",
    livemode=False,
    channel="C0ALERTS",
    facts={"attempt": 1, "reason": None},
    customer="cus_1",
    amount=2000,
    currency="usd",
)
NOW = 1000


@pytest.fixture
def store(database: Database) -> Alerts:
    return Alerts(database)


async def given(database: Database, *occurrences: Occurrence) -> None:
    events = StripeEvents(database)
    for each in occurrences:
        await events.add(StoredEvent(each.key, each.type, each.at, False, NOW, {}))


def the_effect(outcomes: Sequence[Outcome] | None) -> Effect | None:
    return outcomes[0].effect if outcomes else None


async def test_an_event_has_its_effect_once_however_many_workers_take_it(
    store: Alerts, database: Database
) -> None:
    await given(database, FAILED)
    done = await asyncio.gather(*(store.handle_next(lambda _: [FAILED], NOW) for _ in range(8)))
    assert [the_effect(each) for each in done if each] == [Effect.RAISED]
    (alert,) = await store.unresolved()
    assert (alert.count, alert.customer, alert.amount, alert.status) == (1, "cus_1", 2000, Status.OPEN)
    assert await unhandled(database) == ()


async def test_repeats_count_up_with_first_and_last_time_in_any_order(
    store: Alerts, database: Database
) -> None:
    repeats = [
        replace(
            FAILED, key=f"evt_{n}", at=100 + n, facts={"attempt": n, "reason": "declined" if n == 3 else None}
        )
        for n in range(8)
    ]
    random.Random(1).shuffle(repeats)
    await given(database, *repeats)
    read = {each.key: [each] for each in repeats}
    await asyncio.gather(*(store.handle_next(lambda event: read[event.id], NOW) for _ in repeats))
    (alert,) = await store.unresolved()
    assert (alert.count, alert.first_at, alert.last_at) == (8, 100, 107)
    assert alert.facts == {"attempt": 7, "reason": "declined"}


async def test_what_only_adds_facts_does_not_count(store: Alerts) -> None:
    await store.raise_or_count(replace(FAILED, facts={"reason": None}), NOW)
    adding = replace(FAILED, key="evt_2", counts=False, facts={"reason": "too expensive"})
    outcome = await store.raise_or_count(adding, NOW)
    assert outcome
    assert outcome.effect is Effect.MERGED
    assert outcome.alert
    assert (outcome.alert.count, outcome.alert.facts) == (1, {"reason": "too expensive"})


async def test_an_event_that_ends_an_alert_also_ends_it_when_it_comes_first(store: Alerts) -> None:
    paid = replace(FAILED, key="evt_2", at=200, resolves=True)
    await store.raise_or_count(FAILED, NOW)
    ended = await store.raise_or_count(paid, NOW)
    assert ended
    assert ended.alert
    assert ended.alert.status is Status.RESOLVED
    late = await store.raise_or_count(replace(FAILED, key="evt_3", at=150), NOW)
    assert late
    assert late.effect is Effect.SUPERSEDED
    again = await store.raise_or_count(replace(FAILED, key="evt_4", at=250), NOW)
    assert again
    assert again.effect is Effect.RAISED


async def test_a_storm_is_one_alert_that_counts(database: Database) -> None:
    store = Alerts(database, StormLimit(alerts=3, seconds=60))
    storm = [replace(FAILED, key=f"evt_{n}", group_key=f"payment_failed:in_{n}") for n in range(10)]
    effects = [await store.raise_or_count(each, NOW) for each in storm]
    assert [each.effect for each in effects if each] == [Effect.RAISED] * 3 + [Effect.COLLAPSED] * 7
    *_, collapsed = await store.unresolved()
    assert (collapsed.storm, collapsed.count, collapsed.customer) == (True, 7, None)
    calm = replace(FAILED, key="evt_calm", group_key="payment_failed:in_calm")
    after = await store.raise_or_count(calm, NOW + 61)
    assert after
    assert after.effect is Effect.RAISED


async def test_a_muted_rule_raises_nothing_until_its_time(store: Alerts) -> None:
    await store.mute("payment_failed", NOW + 60, "U1")
    muted = await store.raise_or_count(FAILED, NOW)
    assert muted
    assert muted.effect is Effect.MUTED
    assert [each.rule for each in await store.mutes(NOW)] == ["payment_failed"]
    loud = await store.raise_or_count(replace(FAILED, key="evt_2"), NOW + 61)
    assert loud
    assert loud.effect is Effect.RAISED


async def test_what_got_worse_is_open_again_and_escalates_again(store: Alerts) -> None:
    outcome = await store.raise_or_count(replace(FAILED, severity=Severity.NOTIFY), NOW)
    assert outcome
    assert outcome.alert
    await store.acknowledge(outcome.alert.id, "U1", NOW)
    await store.raise_or_count(replace(FAILED, key="evt_2", at=200), NOW)
    alert = await store.get(outcome.alert.id)
    assert (alert.severity, alert.status, alert.episode) == (Severity.PAGE, Status.OPEN, 2)


async def test_people_take_an_alert_through_its_states(store: Alerts) -> None:
    outcome = await store.raise_or_count(FAILED, NOW)
    assert outcome
    assert outcome.alert
    number = outcome.alert.id
    taken = await store.acknowledge(number, "U1", NOW + 1)
    assert (taken.status, taken.acknowledged_by, taken.acknowledged_at) == (
        Status.ACKNOWLEDGED,
        "U1",
        NOW + 1,
    )
    assert (await store.acknowledge(number, "U1", NOW + 9)).revision == taken.revision
    assert (await store.unacknowledge(number, NOW + 2)).episode == 2
    assert (await store.assign(number, "U2", NOW + 2)).assignee == "U2"
    assert (await store.snooze(number, "U1", NOW + 60, NOW + 3)).status is Status.SNOOZED
    assert await store.wake_snoozed(NOW + 59) == ()
    (woken,) = await store.wake_snoozed(NOW + 60)
    assert (woken.status, woken.episode) == (Status.OPEN, 3)
    assert (await store.resolve(number, "U1", NOW + 61)).resolved_by == "U1"
    with pytest.raises(BadUsage, match="alert_resolved"):
        await store.acknowledge(number, "U1", NOW + 62)
    assert (await store.reopen(number, NOW + 63)).status is Status.OPEN
    with pytest.raises(NotFound):
        await store.resolve(99, "U1", NOW)


async def test_an_alert_that_came_again_is_not_reopened(store: Alerts) -> None:
    first = await store.raise_or_count(FAILED, NOW)
    assert first
    assert first.alert
    await store.resolve(first.alert.id, "U1", NOW)
    await store.raise_or_count(replace(FAILED, key="evt_2", at=200), NOW)
    with pytest.raises(BadUsage, match="alert_has_successor"):
        await store.reopen(first.alert.id, NOW)
    assert [each.id for each in await store.of_customer("cus_1", before=2)] == [1]


async def test_all_open_alerts_are_acknowledged_at_once(store: Alerts) -> None:
    for number in range(3):
        await store.raise_or_count(replace(FAILED, key=f"evt_{number}", group_key=f"g{number}"), NOW)
    assert len(await store.acknowledge_all("U1", NOW)) == 3
    assert await store.acknowledge_all("U1", NOW) == ()


async def test_an_escalation_is_started_once_per_episode(store: Alerts) -> None:
    await store.raise_or_count(FAILED, NOW)
    (alert,) = await store.to_escalate([Severity.PAGE])
    await store.mark_escalated(alert.id, alert.episode, NOW)
    assert await store.to_escalate([Severity.PAGE]) == ()
    await store.acknowledge(alert.id, "U1", NOW)
    await store.unacknowledge(alert.id, NOW)
    assert [each.episode for each in await store.to_escalate([Severity.PAGE])] == [2]


async def test_a_note_is_kept_once_per_key(store: Alerts) -> None:
    assert await store.note("page:1", "alert_note", {}, NOW, alert_id=1)
    assert not await store.note("page:1", "alert_note", {}, NOW, alert_id=1)


async def test_an_alert_ends_with_an_event_of_the_same_second_in_whichever_order_they_come(
    store: Alerts,
) -> None:
    paid = replace(FAILED, key="evt_2", resolves=True)
    await store.raise_or_count(FAILED, NOW)
    ended = await store.raise_or_count(paid, NOW)
    assert ended
    assert ended.effect is Effect.RESOLVED
    assert await store.unresolved() == ()
    late = await store.raise_or_count(replace(FAILED, key="evt_3"), NOW)
    assert late
    assert late.effect is Effect.SUPERSEDED
    assert await store.unresolved() == ()
