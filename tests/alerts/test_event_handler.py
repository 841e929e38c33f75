"""An event that meets a mistake of ours holds up no other, and is not lost."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.alerts import facts
from bot.alerts.alert import Status
from bot.alerts.event_handler import ASIDE_SECONDS, MOST_AT_ONCE, URGENT_AT_ONCE, EventHandler
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rules import AlertRules
from bot.metrics import Metrics
from bot.store.database import Database
from bot.store.events import StoredEvent, StripeEvents
from tests.alerts.oncall_parts import NOW, Clock
from tests.stored_events import unhandled


@pytest.fixture
def mistaken(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Events whose reading is a mistake."""
    read, ids = facts.read_payload, {"evt_1"}

    def reading(payload: Mapping[str, Any]) -> Any:
        if payload["id"] in ids:
            raise ZeroDivisionError("a bug")
        return read(payload)

    monkeypatch.setattr("bot.alerts.rules.read_payload", reading)
    return ids


async def store(database: Database, *ids: str, kind: str = "payout.failed") -> None:
    for number, name in enumerate(ids):
        payout = {"object": kind.partition(".")[0], "id": f"po_{name}", "amount": 100, "currency": "usd"}
        payload = {"id": name, "object": "event", "type": kind, "data": {"object": payout}}
        event = StoredEvent(name, kind, NOW + number, False, NOW + number, payload)
        assert await StripeEvents(database).add(event)


async def waiting(database: Database) -> list[str]:
    return [event.id for event in await unhandled(database)]


def handler(database: Database, clock: Clock) -> EventHandler:
    return EventHandler(Alerts(database), AlertRules(), Metrics(), clock.whole)


async def test_it_keeps_its_place_and_the_others_are_handled(database: Database, mistaken: set[str]) -> None:
    await store(database, "evt_1", "evt_2", "evt_3")
    handling = handler(database, Clock())
    with pytest.raises(ZeroDivisionError):
        await handling.handle_waiting()
    assert await handling.handle_waiting() == 2
    assert await handling.handle_waiting() == 0
    assert await waiting(database) == ["evt_1"]
    assert len(await Alerts(database).unresolved()) == 2


async def test_several_are_put_aside_one_after_the_other(database: Database, mistaken: set[str]) -> None:
    mistaken.add("evt_3")
    await store(database, "evt_1", "evt_2", "evt_3", "evt_4")
    handling = handler(database, Clock())
    for _ in mistaken:
        with pytest.raises(ZeroDivisionError):
            await handling.handle_waiting()
    assert await handling.handle_waiting() == 1
    assert await waiting(database) == ["evt_1", "evt_3"]


async def test_it_is_tried_again_after_an_hour_and_after_a_restart(
    database: Database, mistaken: set[str]
) -> None:
    await store(database, "evt_1")
    clock = Clock()
    handling = handler(database, clock)
    with pytest.raises(ZeroDivisionError):
        await handling.handle_waiting()
    clock.now += ASIDE_SECONDS - 1
    assert await handling.handle_waiting() == 0
    clock.now += 1
    with pytest.raises(ZeroDivisionError):
        await handling.handle_waiting()
    with pytest.raises(ZeroDivisionError):
        await handler(database, clock).handle_waiting()
    mistaken.clear()
    assert await handler(database, clock).handle_waiting() == 1
    assert await waiting(database) == []


async def test_what_pages_passes_all_that_came_before_it(database: Database) -> None:
    notices = [f"evt_notice{number}" for number in range(MOST_AT_ONCE)]
    await store(database, *notices, kind="invoice.payment_failed")
    await store(database, "evt_page")
    assert await handler(database, Clock()).handle_waiting() == MOST_AT_ONCE
    assert await waiting(database) == [notices[-1]]


async def test_what_ends_a_page_passes_with_it_in_the_order_they_came(database: Database) -> None:
    await store(database, *(f"evt_notice{number}" for number in range(MOST_AT_ONCE)), kind="tax_rate.created")
    dispute = {"object": "dispute", "id": "dp_1", "amount": 100, "currency": "usd"}
    for number, (step, status) in enumerate((("created", "needs_response"), ("closed", "won"))):
        name, kind = f"evt_{number}", f"charge.dispute.{step}"
        payload = {
            "id": name,
            "object": "event",
            "type": kind,
            "data": {"object": dispute | {"status": status}},
        }
        moment = NOW + MOST_AT_ONCE + number
        await StripeEvents(database).add(StoredEvent(name, kind, moment, False, moment, payload))
    await handler(database, Clock()).handle_waiting()
    assert len(await waiting(database)) == 2
    over = await Alerts(database).get(1)
    assert (over.rule, over.status) == ("dispute", Status.RESOLVED)


async def test_however_many_pages_there_are_the_others_come_on_too(database: Database) -> None:
    others = MOST_AT_ONCE - URGENT_AT_ONCE
    await store(database, *(f"evt_notice{number}" for number in range(others + 1)), kind="tax_rate.created")
    await store(database, *(f"evt_page{number}" for number in range(URGENT_AT_ONCE + 1)))
    assert await handler(database, Clock()).handle_waiting() == MOST_AT_ONCE
    left = await waiting(database)
    assert sorted(each.rstrip("0123456789") for each in left) == ["evt_notice", "evt_page"]


def test_a_type_pages_when_no_rule_makes_less_of_it() -> None:
    rows = [
        {"name": "calm", "event": "charge.dispute.created", "severity": "notify", "template": "dispute"},
    ]
    ours, own = AlertRules().urgent, AlertRules(rows).urgent
    assert {"payout.failed", "charge.dispute.created", "charge.dispute.closed"} <= set(ours)
    assert not {
        "invoice.payment_failed",
        "invoice.paid",
        "customer.subscription.deleted",
        "charge.succeeded",
    } & set(ours)
    assert not {"charge.dispute.created", "charge.dispute.closed"} & set(own)
