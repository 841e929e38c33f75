"""Signed events over real HTTP, and the stripe package as their reader."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.stripe import DROP, HAPPENINGS, CannotHappenError
from sandbox.stripe.actions.changes import difference
from sandbox.stripe.events import Events, signature
from tests.sandbox.serving import serving
from tests.sandbox.stripe.conftest import START, Bench, Clock
from tests.sandbox.stripe.shape import problems
from tests.stand.serving import free_socket

SECRET = "whsec_test"


@dataclass(slots=True)
class Merchant:
    """A webhook endpoint. `answers` are the statuses it gives before it says 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    deliveries: list[tuple[bytes, str]] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        self.deliveries.append((await request.body(), request.headers["stripe-signature"]))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    listener, url = free_socket()
    async with serving(app, listener):
        yield url


@pytest.fixture
async def merchant() -> AsyncIterator[Merchant]:
    endpoint = Merchant()
    app = Starlette(routes=[Route("/stripe/webhooks", endpoint.receive, methods=["POST"])])
    async with served(app) as base:
        endpoint.url = f"{base}/stripe/webhooks"
        yield endpoint


@asynccontextmanager
async def delivering(bench: Bench, url: str) -> AsyncIterator[Events]:
    events = Events(Clock(), url, SECRET, lambda kind, data: None, retry_after=(0.01, 0.01))
    await events.startup()
    try:
        yield events
    finally:
        await events.shutdown()


async def test_an_event_arrives_signed_and_is_read_by_the_sdk(bench: Bench, merchant: Merchant) -> None:
    async with delivering(bench, merchant.url) as events:
        world = bench.stripe.test
        made = events.record(world, "customer.updated", world.get(bench.id("jenny")), {"name": "Old"})
        await events.settled()
    body, header = merchant.deliveries[0]
    stripe.WebhookSignature.verify_header(body.decode(), header, SECRET, tolerance=None)
    read = json.loads(body)
    assert read["id"] == made["id"]
    assert read["data"]["previous_attributes"] == {"name": "Old"}
    assert problems(made) == []
    assert made["pending_webhooks"] == 0


def test_the_signature_is_the_one_the_sdk_makes() -> None:
    expected = stripe.WebhookSignature.generate_signature_header("{}", SECRET, START)
    assert signature(b"{}", SECRET, START) == expected


async def test_a_refused_delivery_is_tried_again(bench: Bench, merchant: Merchant) -> None:
    merchant.answers = [500, 503]
    async with delivering(bench, merchant.url) as events:
        made = events.record(bench.stripe.test, "customer.updated", bench.stripe.test.get(bench.id("jenny")))
        await events.settled()
    assert len(merchant.deliveries) == 3
    assert {json.loads(body)["id"] for body, _ in merchant.deliveries} == {made["id"]}


async def test_an_event_can_be_sent_again_and_twice(bench: Bench, merchant: Merchant) -> None:
    async with delivering(bench, merchant.url) as events:
        made = events.record(bench.stripe.test, "customer.updated", bench.stripe.test.get(bench.id("jenny")))
        events.redeliver(made["id"], times=2)
        await events.settled()
        with pytest.raises(LookupError):
            events.redeliver("evt_none")
    assert len(merchant.deliveries) == 3


async def test_live_events_do_not_reach_a_test_endpoint(bench: Bench, merchant: Merchant) -> None:
    live = bench.stripe.live
    async with delivering(bench, merchant.url) as events:
        events.record(live, "customer.updated", live.get(live.label("jenny")))
        await events.settled()
    assert merchant.deliveries == []


async def test_the_created_session_is_told_with_its_url_as_stripe_does(bench: Bench) -> None:
    session = await bench.session({"customer": bench.id("jenny")})
    event = bench.stripe.events.recorded[-1]
    assert event["type"] == "billing_portal.session.created"
    assert event["data"]["object"]["url"] == session["url"]
    listed = await bench.get("events", type="billing_portal.session.created")
    assert listed["data"][0]["id"] == event["id"]


def test_previous_attributes_hold_only_what_changed() -> None:
    before = {"a": 1, "b": {"c": 1, "d": 2}, "e": [1], "f": None}
    after = {"a": 1, "b": {"c": 1, "d": 3}, "e": [1, 2], "f": {"g": 1}}
    assert difference(before, after) == {"b": {"d": 2}, "e": [1], "f": None}


@pytest.mark.parametrize("kind", sorted(HAPPENINGS))
async def test_what_can_happen_ends_in_its_event(bench: Bench, kind: str) -> None:
    bench.stripe.happen(kind, bench.id("jenny"))
    assert kind in bench.kinds()
    for event in bench.stripe.events.recorded:
        found: list[str] = problems(event["data"]["object"])
        assert found == []


async def test_what_cannot_happen_is_said(bench: Bench) -> None:
    with pytest.raises(CannotHappenError):
        bench.stripe.happen("invoice.payment_failed", bench.id("no_subscription"))


async def test_any_object_can_be_changed_with_its_event(bench: Bench) -> None:
    price = bench.id("price.team_monthly")
    bench.stripe.change(price, "price.updated", active=False)
    event: dict[str, Any] = bench.stripe.events.recorded[-1]
    assert event["type"] == "price.updated"
    assert event["data"]["previous_attributes"] == {"active": True}
    assert (await bench.get(f"prices/{price}"))["active"] is False


async def test_the_stripe_client_works_against_it_over_http(bench: Bench) -> None:
    async with served(Starlette(routes=bench.stripe.routes())) as base:
        http = stripe.AIOHTTPClient()
        client = stripe.StripeClient("sk_test_sandbox", base_addresses={"api": base}, http_client=http)
        try:
            found = await client.v1.customers.list_async({"email": "jenny@example.com"})
            session = await client.v1.billing_portal.sessions.create_async(
                {
                    "customer": found.data[0].id,
                    "flow_data": {
                        "type": "subscription_cancel",
                        "subscription_cancel": {"subscription": bench.id("jenny.subscription")},
                    },
                }
            )
            assert session.url.startswith("http://sandbox.test/p/session/test_")
            with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
                await client.v1.customers.retrieve_async("cus_none")
            bench.stripe.faults.next(429)
            with pytest.raises(stripe.RateLimitError):
                await client.v1.customers.retrieve_async(found.data[0].id)
            bench.stripe.faults.denied.add("rak_customer_read")
            with pytest.raises(stripe.PermissionError, match="rak_customer_read"):
                await client.v1.customers.retrieve_async(found.data[0].id)
            bench.stripe.faults.always(DROP)
            with pytest.raises(stripe.APIConnectionError):
                await client.v1.customers.retrieve_async(found.data[0].id)
        finally:
            closing: Any = http  # the SDK leaves this method without types
            await closing.close_async()
