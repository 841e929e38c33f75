"""Events are kept once per id, without what opens a customer's portal."""

import asyncio
from dataclasses import replace

import pytest

from bot.redaction import REMOVED
from bot.store.database import Database
from bot.store.events import StoredEvent, StripeEvents
from tests.store.conftest import everything

URL = "https://billing.stripe.com/p/session/live_S3cret"
EVENT = StoredEvent("evt_1", "customer.updated", 100, False, 200, {"data": {"object": {"id": "cus_1"}}})


@pytest.fixture
def events(database: Database) -> StripeEvents:
    return StripeEvents(database)


async def test_an_event_is_read_as_it_was_added(events: StripeEvents) -> None:
    assert await events.add(EVENT)
    assert await events.unhandled() == (EVENT,)


async def test_the_same_event_at_the_same_time_is_kept_once(events: StripeEvents) -> None:
    results = await asyncio.gather(*(events.add(EVENT) for _ in range(10)))
    assert sorted(results) == [False] * 9 + [True]


async def test_a_handled_event_is_not_handed_out_again_nor_taken_in_again(events: StripeEvents) -> None:
    second = replace(EVENT, id="evt_2", received_at=150)
    await events.add(EVENT)
    await events.add(second)
    assert [event.id for event in await events.unhandled()] == ["evt_2", "evt_1"]
    await events.mark_handled("evt_2", 300)
    assert not await events.add(second)
    assert await events.unhandled() == (EVENT,)


async def test_the_newest_event_is_known_per_mode(events: StripeEvents) -> None:
    assert await events.newest_created(livemode=False) is None
    for event in (
        EVENT,
        replace(EVENT, id="evt_2", created=50),
        replace(EVENT, id="evt_3", created=900, livemode=True),
    ):
        await events.add(event)
    assert await events.newest_created(livemode=False) == 100
    assert await events.newest_created(livemode=True) == 900


async def test_the_url_of_a_portal_session_is_never_stored(events: StripeEvents, database: Database) -> None:
    session = {
        "object": "billing_portal.session",
        "id": "bps_1",
        "url": URL,
        "return_url": "https://x/?u=" + URL,
    }
    payload = {"data": {"object": session, "list": [URL.replace("/", "%2F")], URL: 1, "odd": "\0\ud800"}}
    await events.add(replace(EVENT, payload=payload))
    stored = await everything(database, "stripe_events")
    assert "S3cret" not in stored
    assert "bps_1" in stored
    (event,) = await events.unhandled()
    assert event.payload["data"]["object"]["url"] == REMOVED


async def test_a_client_secret_is_never_stored(events: StripeEvents, database: Database) -> None:
    intent = {"object": "payment_intent", "id": "pi_1", "client_secret": "pi_1_secret_S3cret"}
    await events.add(replace(EVENT, payload={"data": {"object": intent}}))
    assert "S3cret" not in await everything(database, "stripe_events")
