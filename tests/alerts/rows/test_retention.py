"""Alerts leave by age when they are over, and at once when a customer asks to be forgotten."""

from sqlalchemy import update

from bot.alerts.alert import Effect, Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.retention import PostedMessage, forget_alerts, prune_alerts, traces_of
from bot.alerts.rows.tables import alert_notes, alerts
from bot.process.exported import EXPORTED
from bot.store.database import Database
from tests.store.conftest import everything
from tests.store.test_export import exported_rows

DAY = 86_400
OLD, NEW = 1_000_000, 1_000_000 + 100 * DAY


def occurrence(key: str, at: int = OLD, customer: str | None = "cus_1") -> Occurrence:
    return Occurrence(
        key=key, type="invoice.payment_failed", at=at, rule="payment_failed", severity=Severity.NOTIFY,
        group_key=f"payment_failed:{key}", template="payment_failed", livemode=False, channel="C1",
        facts={"name": "Jenny Rosen"}, customer=customer, subscription="sub_1", object=f"in_{key}",
    )  # fmt: skip


async def raised(database: Database, key: str, at: int = OLD, customer: str | None = "cus_1") -> int:
    outcome = await Alerts(database).raise_or_count(occurrence(key, at, customer), at)
    assert outcome
    assert outcome.alert
    return outcome.alert.id


async def count(database: Database, table: str) -> int:
    return sum(row["table"] == table for row in await exported_rows(database))


async def test_only_what_is_over_for_long_enough_is_pruned_with_all_that_belongs_to_it(
    database: Database,
) -> None:
    store = Alerts(database)
    old, recent, waiting = [await raised(database, key) for key in ("a", "b", "c")]
    await store.note("n1", "alert_mention", {}, OLD, alert_id=old)
    await store.resolve(old, "U1", OLD)
    await store.resolve(recent, "U1", NEW)
    assert await prune_alerts(database, before=NEW - DAY) == 1
    assert {alert.id for alert in await store.of_customer("cus_1")} == {recent, waiting}
    assert await count(database, "alert_notes") == 0
    assert await count(database, "alert_events") == 2
    assert await prune_alerts(database, before=NEW - DAY) == 0


async def test_what_made_no_alert_goes_by_its_own_age(database: Database) -> None:
    for key, at in (("a", OLD), ("b", NEW)):
        digest = occurrence(key, at)
        await Alerts(database).raise_or_count(
            Occurrence(
                **{name: getattr(digest, name) for name in digest.__slots__} | {"severity": Severity.DIGEST}
            ),
            at,
        )
    await prune_alerts(database, before=NEW - DAY)
    assert await count(database, "alert_events") == 1


async def test_a_forgotten_customer_is_nowhere_and_nobody_else_is_touched(database: Database) -> None:
    mine, other = await raised(database, "a"), await raised(database, "b", customer="cus_2")
    await Alerts(database).note("direct:1:1:U1", "alert_direct", {}, OLD, alert_id=mine, channel="U1")
    assert await forget_alerts(database, "cus_1") == 1
    for table in ("alerts", "alert_events", "alert_notes"):
        text = await everything(database, table)
        assert "cus_1" not in text
        assert "in_a" not in text
    assert [alert.id for alert in await Alerts(database).of_customer("cus_2")] == [other]
    assert "Jenny" in await everything(database, "alerts")


async def test_a_repeated_delivery_after_forgetting_has_no_second_effect(database: Database) -> None:
    await raised(database, "a")
    await forget_alerts(database, "cus_1")
    assert await Alerts(database).raise_or_count(occurrence("a"), NEW) is None
    again = await Alerts(database).raise_or_count(occurrence("z"), NEW)
    assert again
    assert again.effect is Effect.RAISED


async def test_traces_are_the_messages_and_jobs_of_one_customer(database: Database) -> None:
    number = await raised(database, "a")
    await raised(database, "b", customer="cus_2")
    await Alerts(database).note("n1", "alert_direct", {}, OLD, alert_id=number, channel="U1")
    place = {"message_channel": "C1", "message_ts": "1.1"}
    await database.write(lambda c: c.execute(update(alerts).where(alerts.c.id == number).values(place)))
    direct = {"message_channel": "D1", "message_ts": "2.2"}
    await database.write(lambda c: c.execute(update(alert_notes).values(direct)))
    traces = await traces_of(database, "cus_1")
    assert set(traces.messages) == {PostedMessage("C1", "1.1"), PostedMessage("D1", "2.2")}
    assert traces.jobs == (f"escalate:{number}:1",)
    assert (await traces_of(database, "cus_unknown")).messages == ()


async def test_alerts_are_exported_too(database: Database) -> None:
    await raised(database, "a")
    rows = await exported_rows(database)
    assert {"alerts", "alert_events"} <= {row["table"] for row in rows}
    assert {"audit", "events", "alerts", "mails"} <= {each.name for each in EXPORTED}
