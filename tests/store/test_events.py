"""Events are kept once per id, without what opens a customer's portal."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.events import StoredEvent, StripeEvents
from tests.store.conftest import everything
from tests.stored_events import mark_handled, unhandled

URL = "https://billing.stripe.com/p/session/live_S3cret"
EVENT = StoredEvent("evt_1", "customer.updated", 100, False, 200, {"data": {"object": {"id": "cus_1"}}})


@pytest.fixture
def events(database: Database) -> StripeEvents:
    return StripeEvents(database)


async def test_an_event_is_read_as_it_was_added(events: StripeEvents, database: Database) -> None:
    assert await events.add(EVENT)
    assert await unhandled(database) == (EVENT,)


async def test_the_same_event_at_the_same_time_is_kept_once(events: StripeEvents) -> None:
    results = await asyncio.gather(*(events.add(EVENT) for _ in range(10)))
    assert sorted(results) == [False] * 9 + [True]


async def test_a_handled_event_is_not_handed_out_again_nor_taken_in_again(
    events: StripeEvents, database: Database
) -> None:
    second = replace(EVENT, id="evt_2", received_at=150)
    await events.add(EVENT)
    await events.add(second)
    assert [event.id for event in await unhandled(database)] == ["evt_2", "evt_1"]
    await mark_handled(database, "evt_2", 300)
    assert not await events.add(second)
    assert await unhandled(database) == (EVENT,)


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
    (event,) = await unhandled(database)
    assert "url" not in event.payload["data"]["object"]


async def test_a_client_secret_is_never_stored(events: StripeEvents, database: Database) -> None:
    intent = {"object": "payment_intent", "id": "pi_1", "client_secret": "pi_1_secret_S3cret"}
    await events.add(replace(EVENT, payload={"data": {"object": intent}}))
    assert "S3cret" not in await everything(database, "stripe_events")


DOORS: list[dict[str, Any]] = [
    {"object": "payment_intent", "client_secret": "SECRET"},
    {"object": "payment_intent", "next_action": {"redirect_to_url": {"url": "https://hooks.test/SECRET"}}},
    {"object": "invoice", "hosted_invoice_url": "SECRET", "invoice_pdf": "SECRET"},
    {"object": "invoice", "confirmation_secret": {"client_secret": "SECRET", "type": "payment_intent"}},
    {
        "object": "invoice",
        "payments": {"data": [{"payment": {"payment_intent": {"client_secret": "SECRET"}}}]},
    },
    {"object": "charge", "receipt_url": "SECRET", "source": {"redirect": {"url": "SECRET"}}},
    {"object": "checkout.session", "url": "SECRET"},
    {"object": "billing_portal.session", "url": "SECRET"},
    {"object": "account_link", "url": "SECRET"},
    {"object": "file", "url": "SECRET", "links": {"data": [{"object": "file_link", "url": "SECRET"}]}},
    {"object": "credit_note", "pdf": "SECRET"},
    {"object": "treasury.received_debit", "hosted_regulatory_receipt_url": "SECRET"},
    {"object": "webhook_endpoint", "secret": "SECRET"},
    {"object": "account", "keys": {"secret": "SECRET", "publishable": "pk_test_1"}},
]


@pytest.mark.parametrize("thing", DOORS, ids=lambda thing: f"{thing['object']}: {', '.join(thing)}")
@pytest.mark.parametrize("place", ["object", "previous_attributes"])
async def test_fields_that_open_a_door_are_dropped_by_name_before_storing(
    events: StripeEvents, database: Database, thing: dict[str, Any], place: str
) -> None:
    payload = {"data": {"object": {"id": "x_1"}, place: {**thing, "amount": 4711}}}
    await events.add(replace(EVENT, payload=payload))
    kept = await everything(database, "stripe_events")
    assert "SECRET" not in kept
    assert "4711" in kept


async def test_plain_addresses_and_paths_of_the_api_are_kept(
    events: StripeEvents, database: Database
) -> None:
    thing = {
        "object": "product", "url": "https://shop.example/tea",
        "items": {"object": "list", "url": "/v1/subscription_items?subscription=sub_1"},
        "business_profile": {"privacy_policy_url": "https://shop.example/privacy"},
    }  # fmt: skip
    await events.add(replace(EVENT, payload={"data": {"object": thing}}))
    kept = await everything(database, "stripe_events")
    assert all(each in kept for each in ("example/tea", "/v1/subscription_items", "example/privacy"))


async def test_of_event_types_that_every_rule_ignores_only_the_envelope_is_stored(database: Database) -> None:
    thing = {"id": "ch_1", "object": "charge", "billing_details": {"email": "ada@held.example"}}
    payload = {
        "id": "evt_1", "object": "event", "type": "charge.succeeded", "account": "acct_1",
        "data": {"object": thing, "previous_attributes": {"status": "pending"}},
    }  # fmt: skip
    store = StripeEvents(database, lambda kind: kind == "charge.succeeded")
    assert await store.add(replace(EVENT, type="charge.succeeded", payload=payload))
    assert await store.add(replace(EVENT, id="evt_2", type="charge.failed", payload=payload))
    ignored, kept = await unhandled(database)
    assert ignored.payload == {**payload, "data": {"object": {"id": "ch_1", "object": "charge"}}}
    assert kept.payload == payload
