"""The control API drives everything the page can do."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from sandbox.app import Sandbox, SandboxOptions
from sandbox.page.happenings import IN_THE_DASHBOARD, TO_A_CUSTOMER, TO_THE_BUSINESS, Offer
from tests.sandbox.page.conftest import Running
from tests.sandbox.serving import serving
from tests.stand.serving import free_socket


async def post(running: Running, name: str, **body: Any) -> httpx.Response:
    return await running.http.post(f"/sandbox/{name}", json=body)


async def get(running: Running, name: str, **query: str) -> Any:
    return (await running.http.get(f"/sandbox/{name}", params=query)).json()


async def test_a_whole_conversation(running: Running) -> None:
    outcome = (
        await post(running, "type", user="U0ALEX", channel="C0SUPPORT", text="/portal jenny@example.com")
    ).json()
    assert outcome["failure"] == ""
    assert outcome["ack_ms"] >= 0
    card = (await get(running, "messages", channel="C0SUPPORT", user="U0ALEX"))[-1]
    assert card["only_for"] == "U0ALEX"
    place = {"user": "U0ALEX", "channel": "C0SUPPORT", "ts": card["ts"], "block": "verbs"}
    await post(running, "click", action="modal", **place)
    (view,) = (await get(running, "views", user="U0ALEX"))["stack"]
    await post(running, "submit", user="U0ALEX", view=view["id"], state={"to": {"to": ["x@example.com"]}})
    assert running.bot.seen[-1]["view"]["state"]["values"]["to"]["to"]["value"] == "x@example.com"
    assert (await get(running, "views", user="U0ALEX"))["stack"] == []
    root = (await get(running, "messages", channel="C0SUPPORT"))[0]
    await post(running, "shortcut", user="U0ALEX", channel="C0SUPPORT", ts=root["ts"])
    (view,) = (await get(running, "views", user="U0ALEX"))["stack"]
    await post(running, "close", user="U0ALEX", view=view["id"])
    await post(running, "home", user="U0ALEX")
    assert (await get(running, "views", user="U0ALEX"))["home"]["type"] == "home"
    assert {"slack-api", "slack-out", "response-url"} <= {
        call["service"] for call in await get(running, "calls")
    }
    assert await get(running, "violations") == []


async def test_reset_starts_over(running: Running) -> None:
    before = len(await get(running, "messages"))
    await post(running, "type", user="U0ALEX", channel="C0SUPPORT", text="hello")
    await post(running, "faults", target="smtp", kind="5xx")
    await post(running, "reset")
    assert len(await get(running, "messages")) == before
    assert await get(running, "faults") == {"slack": [], "smtp": [], "stripe": []}


async def test_faults_go_on_and_off_one_by_one(running: Running) -> None:
    await post(running, "faults", target="stripe", kind="500")
    await post(running, "faults", target="slack", kind="429", match="chat.*", times=2)
    faults = (await post(running, "faults/clear", target="stripe", kind="500")).json()
    assert faults["stripe"] == []
    assert faults["slack"][0]["times"] == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"target": "slack", "kind": "earthquake"}, "429"),
        ({"target": "stripe", "kind": "earthquake"}, "latency"),
        ({"target": "moon", "kind": "429"}, "slack, smtp and stripe"),
        ({"target": "slack"}, "kind"),
    ],
)
async def test_unknown_faults_are_refused_with_what_there_is(
    running: Running, body: dict[str, str], words: str
) -> None:
    answer = await post(running, "faults", **body)
    assert answer.status_code == 400
    assert words in answer.text


async def test_stripe_faults_reach_the_stripe_stand_in_and_the_traffic(running: Running) -> None:
    await post(running, "faults", target="stripe", kind="429", times=1)
    answer = await running.http.get("/v1/customers", headers={"Authorization": "Bearer rk_test_sandbox"})
    assert answer.status_code == 429
    call = (await get(running, "calls", service="stripe"))[-1]
    assert (call["name"], call["status"], call["alarming"]) == ("GET /v1/customers", "429", True)


async def test_a_rate_of_calls_is_a_switch_too(running: Running) -> None:
    await post(running, "faults", target="stripe", kind="rate", times=1, seconds=60)
    headers = {"Authorization": "Bearer rk_test_sandbox"}
    answers = [await running.http.get("/v1/customers", headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]
    await post(running, "faults/clear", target="stripe", kind="rate")
    assert (await running.http.get("/v1/customers", headers=headers)).status_code == 200


async def test_the_customers_are_listed_with_their_stories(running: Running) -> None:
    stories = await get(running, "stories")
    assert len(stories) >= 25
    assert any(story["email"] == "jenny@example.com" for story in stories)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"user": 1}', b'{"user": "U0ALEX", "extra": 1}'])
async def test_bad_bodies_are_400(running: Running, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await running.http.post("/sandbox/type", content=body, headers=headers)).status_code == 400


async def test_what_is_not_there_is_404(running: Running) -> None:
    answer = await post(running, "click", user="U0ALEX", channel="C0SUPPORT", ts="1.1", block="b", action="a")
    assert answer.status_code == 404


async def test_other_sites_cannot_drive_it(running: Running) -> None:
    form = await running.http.post("/sandbox/reset", content=b"{}", headers={"Content-Type": "text/plain"})
    assert form.status_code == 403
    rebound = await running.http.get("/", headers={"Host": "evil.example"})
    assert rebound.status_code == 403


async def test_pages_hear_of_changes_at_once(running: Running) -> None:
    async def first_message() -> dict[str, Any]:
        async with running.http.stream("GET", "/events") as stream:
            lines = stream.aiter_lines()
            async for line in lines:
                if line == "event: message":
                    return dict(json.loads((await anext(lines)).removeprefix("data: ")))
        return {}

    waiting = asyncio.create_task(first_message())
    for _ in range(500):
        if running.sandbox.feed.listeners:
            break
        await asyncio.sleep(0.01)
    await post(running, "type", user="U0ALEX", channel="C0SUPPORT", text="hello")
    heard = await asyncio.wait_for(waiting, 5)
    assert heard["channel"] == "C0SUPPORT"
    assert "hello" not in str(heard)


@pytest.mark.parametrize("offer", [*TO_A_CUSTOMER, *TO_THE_BUSINESS], ids=lambda offer: offer.title)
async def test_everything_the_page_offers_ends_in_its_event(running: Running, offer: Offer) -> None:
    stripe = running.sandbox.stripe
    stripe.events.webhook_url = None
    body = {"kind": offer.kind, "customer": "" if offer.times > 1 else stripe.test.label("jenny")}
    answer = await post(running, "happen", times=offer.times, **body)
    assert answer.json() == {"happened": offer.times}
    kinds = [event["type"] for event in stripe.events.recorded]
    assert kinds.count(offer.kind) == offer.times


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "nothing", "customer": "cus_1"}, 404),
        ({"kind": "invoice.paid", "customer": "cus_none"}, 404),
        ({"kind": "invoice.paid", "customer": "no_subscription"}, 409),
        ({"kind": "invoice.paid", "times": 0}, 400),
        ({"kind": "nothing", "times": 5}, 404),
    ],
)
async def test_what_cannot_happen_is_said(running: Running, body: dict[str, Any], status: int) -> None:
    labels = running.sandbox.stripe.test.labels
    body = {name: labels.get(value, value) for name, value in body.items()}
    answer = await post(running, "happen", **body)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_a_dead_endpoint_is_sent_nothing_until_everything_works(running: Running) -> None:
    stripe = running.sandbox.stripe
    await post(running, "faults", target="stripe", kind="endpoint")
    await post(running, "happen", kind="payout.failed", customer=stripe.test.label("jenny"))
    assert stripe.events.recorded[-1]["pending_webhooks"] == 0
    await post(running, "faults/clear")
    await post(running, "happen", kind="payout.failed", customer=stripe.test.label("jenny"))
    assert stripe.events.recorded[-1]["pending_webhooks"] == 1


async def test_the_dashboard_sets_a_fresh_account_up() -> None:
    listener, url = free_socket()
    sandbox = Sandbox(SandboxOptions(base_url=url, account="fresh"))
    async with serving(sandbox.app, listener), httpx.AsyncClient(base_url=url) as http:
        for offer in IN_THE_DASHBOARD:
            answer = await http.post("/sandbox/dashboard", json={"step": offer.kind})
            assert answer.json() == {"ok": True}
        sandbox.feed.close()
    world = sandbox.stripe.test
    assert world.get(world.account)["charges_enabled"]
    assert [one["name"] for one in world.every("product")] == ["Pro"]
    (saved,) = world.every("billing_portal.configuration")
    assert saved["is_default"]
    (story,) = sandbox.stripe.stories()
    assert [one["status"] for one in world.subscriptions_of(story.customer_id)] == ["active"]
    assert [one["enabled_events"] for one in world.every("webhook_endpoint")] == [["*"]]
