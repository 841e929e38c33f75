"""A dispute whose date passes says so by itself: no event comes when nobody has answered."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.alerts.alert import Severity, Status
from bot.alerts.read_events import read_event
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.due_dates import pass_due_dates
from bot.alerts.rules import AlertRules
from bot.alerts.states import state_of
from bot.store.database import Database
from tests.alerts.examples import example

DUE = 1_796_600_000
"""As in the examples."""


async def raised(database: Database, name: str, changes: Mapping[str, Any] | None = None) -> int:
    """Raise the alert of an example; its id."""
    event = example(name)[-1]
    thing = {**event["data"]["object"], **(changes or {})}
    read = read_event({**event, "data": {**event["data"], "object": thing}}, 0)
    assert read is not None
    occurrence = AlertRules(channel="C0ALERTS").read(read)[0]
    outcome = await Alerts(database).raise_or_count(occurrence, DUE - 1000)
    assert outcome is not None
    assert outcome.alert is not None
    return outcome.alert.id


@pytest.mark.parametrize(("name", "before", "after"), [
    ("Dispute", "open", "late"), ("Inquiry", "inquiry", "inquiry_late"),
    ("Dispute, evidence saved but not handed in", "staged", "late"),
])  # fmt: skip
async def test_nothing_can_be_answered_any_more_once_the_date_is_over(
    database: Database, name: str, before: str, after: str
) -> None:
    alert = await raised(database, name)
    assert await pass_due_dates(database, DUE - 1) == ()
    assert state_of((await Alerts(database).get(alert)).facts).key == before
    (changed,) = await pass_due_dates(database, DUE)
    assert (state_of(changed.facts).key, changed.severity) == (after, Severity.NOTIFY)
    assert changed.revision > changed.posted_revision
    assert await pass_due_dates(database, DUE + 60) == ()


async def test_an_escalation_ends_with_the_date(database: Database) -> None:
    alert = await raised(database, "Dispute")
    (changed,) = await pass_due_dates(database, DUE)
    assert (changed.id, changed.status, changed.episode) == (alert, Status.OPEN, 2)


@pytest.mark.parametrize(
    "name",
    ["Dispute, evidence handed in", "Dispute, appeal under review", "Dispute, prevented", "Payment failed"],
)
async def test_a_date_means_nothing_where_nothing_is_to_be_answered(database: Database, name: str) -> None:
    await raised(database, name)
    assert await pass_due_dates(database, DUE) == ()


async def test_a_resolved_dispute_stays_as_it_is(database: Database) -> None:
    alert = await raised(database, "Dispute")
    await Alerts(database).resolve(alert, "U1", DUE - 500)
    assert await pass_due_dates(database, DUE) == ()
