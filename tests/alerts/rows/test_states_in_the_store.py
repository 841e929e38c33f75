"""An alert in the store follows its object: facts replace one another, urgency rises and falls."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.alerts.alert import Alert, Effect, Occurrence, Severity, Status, StormLimit
from bot.alerts.read_events import read_event
from bot.alerts.replay import replay
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.reading import alert_of, select_alerts
from bot.alerts.rows.tables import alert_notes, alerts
from bot.alerts.rules import AlertRules
from bot.store.database import Database
from tests.alerts.examples import Event, every_example, example

RULES = AlertRules(channel="C0ALERTS")
NOW = 1_796_100_000
TOLD = {Severity.PAGE, Severity.NOTIFY}


@pytest.fixture
def store(database: Database) -> Alerts:
    return Alerts(database)


async def happen(store: Alerts, *events: Event) -> list[Effect]:
    """Let events have their effect, in this order."""
    effects = []
    for number, each in enumerate(events):
        for occurrence in read(
            {**each, "id": f"{each['data']['object'].get('id')}_{each['created']}_{number}"}
        ):
            outcome = await store.raise_or_count(occurrence, NOW)
            assert outcome
            effects.append(outcome.effect)
    return effects


def read(one: Event) -> Sequence[Occurrence]:
    """What the rules make of an event."""
    stored = read_event(one, NOW)
    assert stored is not None
    return RULES.read(stored)


def said(alert: Alert) -> tuple[object, ...]:
    """What the words of an alert depend on."""
    return (
        alert.status,
        alert.severity,
        alert.template,
        alert.facts,
        alert.amount,
        alert.customer,
        alert.count,
    )


async def every_alert(database: Database) -> list[Alert]:
    query = select_alerts().order_by(alerts.c.id)
    return [alert_of(row) for row in await database.read(lambda one: one.execute(query).all())]


async def notes(database: Database) -> list[str]:
    query = select(alert_notes.c.template).order_by(alert_notes.c.id)
    return list(await database.read(lambda one: one.scalars(query).all()))


async def test_the_store_and_alerts_test_agree_on_every_example(database: Database) -> None:
    for number, (name, given) in enumerate(every_example()):
        events = json.loads(
            json.dumps(given).replace("_ada", f"_ada{number}").replace("_tea", f"_tea{number}")
        )
        before = len(await every_alert(database))
        await happen(Alerts(database, StormLimit(0)), *events)
        found = [each for each in await every_alert(database) if not each.rule.endswith("_spike")][before:]
        occurrences = [one for each in events for one in read(each) if not one.at_least]
        expected = [each.alert for each in replay(occurrences) if each.alert.severity in TOLD]
        assert [said(each) for each in found] == [said(each) for each in expected], name


async def test_what_is_answered_wakes_nobody_any_more(store: Alerts) -> None:
    created, reviewed = example("Dispute, under review")
    await happen(store, created)
    (alert,) = await store.unresolved()
    assert (alert.severity, alert.episode) == (Severity.PAGE, 1)
    await happen(store, reviewed)
    (alert,) = await store.unresolved()
    assert (alert.severity, alert.status, alert.episode) == (Severity.NOTIFY, Status.OPEN, 2)


async def test_an_inquiry_that_becomes_a_dispute_is_a_page_also_after_somebody_resolved_it(
    store: Alerts,
) -> None:
    inquiry, dispute = example("Inquiry that became a dispute")
    await happen(store, inquiry)
    (alert,) = await store.unresolved()
    assert alert.severity is Severity.NOTIFY
    await store.resolve(alert.id, "U1", NOW)
    await happen(store, dispute)
    (alert,) = await store.unresolved()
    assert alert.severity is Severity.PAGE


async def test_the_outcome_is_told_in_the_message_somebody_resolved_before(
    store: Alerts, database: Database
) -> None:
    created, closed = example("Dispute, lost")
    await happen(store, created)
    (alert,) = await store.unresolved()
    await store.resolve(alert.id, "U1", NOW)
    assert await happen(store, closed) == [Effect.MERGED]
    after = await store.get(alert.id)
    assert (after.status, after.facts["status"], after.resolved_by) == (Status.RESOLVED, "lost", "U1")
    assert after.revision > after.posted_revision
    assert await notes(database) == ["alert_note_dispute"]


async def test_an_outcome_of_a_dispute_nobody_knew_is_told(store: Alerts) -> None:
    assert await happen(store, example("Dispute, lost")[1]) == [Effect.RAISED]
    (alert,) = await store.unresolved()
    assert (alert.severity, alert.facts["status"]) == (Severity.NOTIFY, "lost")


async def test_an_older_event_that_comes_late_neither_wakes_nor_replaces(store: Alerts) -> None:
    created, reviewed = example("Dispute, under review")
    await happen(store, reviewed, created)
    (alert,) = await store.unresolved()
    assert (alert.severity, alert.facts["status"]) == (Severity.NOTIFY, "under_review")


async def test_the_facts_of_a_cancellation_taken_back_are_those_of_the_end(store: Alerts) -> None:
    leaving, back = example("Taken back")
    await happen(store, leaving)
    (alert,) = await store.unresolved()
    await happen(store, back)
    after = await store.get(alert.id)
    assert (after.status, after.facts["ends_at"], after.facts["reason"]) == (Status.RESOLVED, None, None)


async def test_an_end_that_came_as_planned_is_told_in_the_message_that_announced_it(store: Alerts) -> None:
    leaving, ended = example("Set to cancel, then ended as planned")
    await happen(store, leaving)
    (alert,) = await store.unresolved()
    assert (await happen(store, ended))[0] is Effect.RESOLVED
    after = await store.get(alert.id)
    assert (after.status, after.facts["as_planned"], after.revision) == (Status.RESOLVED, True, 2)


async def test_the_end_is_told_in_the_message_also_when_somebody_resolved_it_and_raises_nothing_new(
    store: Alerts,
) -> None:
    leaving, ended = example("Set to cancel, then ended as planned")
    await happen(store, leaving)
    (alert,) = await store.unresolved()
    await store.resolve(alert.id, "U1", NOW)
    assert (await happen(store, ended))[0] is Effect.MERGED
    assert (await store.get(alert.id)).facts["as_planned"]
    other = json.loads(json.dumps(ended).replace("_ada", "_bo"))
    assert (await happen(store, other))[0] is Effect.COLLECTED
    assert await store.unresolved() == ()


async def test_a_refund_that_arrives_after_all_ends_its_alert(store: Alerts) -> None:
    waits, arrived = example("Refund that waited for the customer, then arrived")
    assert await happen(store, waits, arrived) == [Effect.RAISED, Effect.RESOLVED]
    assert await store.unresolved() == ()


async def test_many_first_payments_that_fail_wake_nobody(store: Alerts) -> None:
    first = example("First payment of a new subscription failed")[0]
    for number in range(40):
        thing = {**first["data"]["object"], "id": f"in_{number}"}
        await happen(store, {**first, "created": first["created"] + number, "data": {"object": thing}})
    assert {each.severity for each in await store.unresolved(100)} == {Severity.NOTIFY}


async def test_many_renewals_that_fail_are_one_page(store: Alerts) -> None:
    first = example("Payment failed")[0]
    for number in range(30):
        thing = {**first["data"]["object"], "id": f"in_{number}"}
        await happen(store, {**first, "created": first["created"] + number, "data": {"object": thing}})
    pages = [each for each in await store.unresolved(100) if each.severity is Severity.PAGE]
    assert [(each.rule, each.customer) for each in pages] == [("payment_failures_spike", None)]
