"""What the message of a page that nobody takes says will happen next."""

from dataclasses import replace

import pytest

from bot.alerts.alert import Alert, Severity, Status
from bot.alerts.next_step import NextStep, Step, next_step
from bot.alerts.rows.alerts import Alerts
from bot.alerts.settings import Escalation
from bot.replies.alert import Around, alert_message
from bot.store.database import Database
from bot.words import Words
from tests.alerts.oncall_parts import NOW, Clock, PatientSteps, Queue, raised
from tests.alerts.test_escalation import escalations

PLAN = Escalation()


async def escalating(database: Database) -> Alert:
    alert = await raised(database)
    await escalations(database, Clock()).begin(Queue())
    return await Alerts(database).get(alert.id)


async def test_each_step_is_announced_until_it_is_taken(database: Database) -> None:
    alert = await escalating(database)
    steps = [next_step(PLAN, alert, NOW + after, has_outside=True) for after in (0, 299, 300, 600, 900)]
    assert steps == [
        NextStep(Step.DIRECT, NOW + 300), NextStep(Step.DIRECT, NOW + 300), NextStep(Step.PERSON, NOW + 600),
        NextStep(Step.OUTSIDE, NOW + 900), NextStep(Step.NOTHING),
    ]  # fmt: skip
    assert next_step(PLAN, alert, NOW + 600, has_outside=False) == NextStep(Step.NOTHING)


async def test_nothing_is_announced_of_what_does_not_escalate(database: Database) -> None:
    alert = await escalating(database)
    for other in (
        replace(alert, status=Status.ACKNOWLEDGED), replace(alert, status=Status.SNOOZED),
        replace(alert, severity=Severity.NOTIFY), replace(alert, episode=2),
        replace(alert, escalated_at=None),
    ):  # fmt: skip
        assert next_step(PLAN, other, NOW, has_outside=True) is None


async def test_the_message_is_behind_after_each_step_so_that_it_says_the_next(database: Database) -> None:
    alert, store = await escalating(database), Alerts(database)
    revisions = [alert.revision]

    async def look(_name: str) -> None:
        revisions.append((await store.get(alert.id)).revision)

    steps = PatientSteps(Clock(), look)
    await escalations(database, Clock()).escalate(steps, alert.id, 1, NOW)
    assert [*revisions, (await store.get(alert.id)).revision] == [2, 2, 3, 4]


@pytest.mark.parametrize(("step", "says"), [
    (NextStep(Step.DIRECT, NOW), "a direct message to whoever is on call"),
    (NextStep(Step.PERSON, NOW), "the next person"),
    (NextStep(Step.OUTSIDE, NOW), "the outside service"),
    (NextStep(Step.NOTHING), "everybody was told"),
])  # fmt: skip
async def test_the_message_says_it_at_the_readers_own_time(
    database: Database, step: NextStep, says: str
) -> None:
    message = alert_message(Words(), await escalating(database), Around(next=step))
    assert says in str(message.blocks)
    assert (f"<!date^{NOW}^{{time}}|" in str(message.blocks)) is (step.at is not None)
