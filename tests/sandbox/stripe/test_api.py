"""Keys, accounts, idempotency, faults: what every request goes through."""

import asyncio

import httpx
import pytest

from sandbox.stripe import DROP, HALF
from sandbox.stripe.faults import RateLimit
from sandbox.stripe.seeds import CONNECTED
from tests.sandbox.stripe.conftest import Bench


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "You did not provide an API key."),
        ("Bearer sk_test_invalid", "Invalid API Key provided: sk_test_****"),
        ("Bearer nonsense", "Invalid API Key provided"),
        ("Bearer sk_test_expired", "Expired API Key provided"),
        ("Bearer pk_test_x", "publishable API key"),
        ("Basic !!", "You did not provide an API key."),
    ],
)
async def test_a_bad_key_is_answered_401(bench: Bench, authorization: str, message: str) -> None:
    answer = await bench.client.get("/v1/customers", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert message in answer.json()["error"]["message"]
    assert answer.headers["request-id"].startswith("req_")


async def test_the_key_decides_the_mode(bench: Bench) -> None:
    live = bench.stripe.live.label("jenny")
    refused = await bench.refused(404, f"customers/{live}")
    assert refused["error"]["code"] == "resource_missing"
    assert "a similar object exists in live mode, but a test mode key was used" in refused["error"]["message"]
    answer = await bench.client.get(
        f"/v1/customers/{live}", headers={"Authorization": "Bearer rk_live_sandbox"}
    )
    assert answer.json()["livemode"] is True


async def test_a_connected_account_is_another_world(bench: Bench) -> None:
    headers = {"Stripe-Account": CONNECTED}
    found = await bench.client.get("/v1/customers", params={"email": "conny@example.com"}, headers=headers)
    assert [one["name"] for one in found.json()["data"]] == ["Conny Connected"]
    assert (await bench.get("customers", email="conny@example.com"))["data"] == []
    stranger = await bench.client.get("/v1/customers", headers={"Stripe-Account": "acct_unknown"})
    assert stranger.status_code == 403
    assert stranger.json()["error"]["code"] == "account_invalid"


async def test_the_same_idempotency_key_makes_one_session(bench: Bench) -> None:
    form = {"customer": bench.id("jenny")}
    headers = {"Idempotency-Key": "once"}
    url = "/v1/billing_portal/sessions"
    first = await bench.client.post(url, data=form, headers=headers)
    second = await bench.client.post(url, data=form, headers=headers)
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    other = await bench.client.post(url, data={"customer": bench.id("noah")}, headers=headers)
    assert other.status_code == 400
    assert other.json()["error"]["type"] == "idempotency_error"


async def test_a_refused_request_does_not_use_up_its_key(bench: Bench) -> None:
    headers = {"Idempotency-Key": "again"}
    url = "/v1/billing_portal/sessions"
    refused = await bench.client.post(url, data={"customer": "cus_none"}, headers=headers)
    assert refused.status_code == 400
    allowed = await bench.client.post(url, data={"customer": bench.id("jenny")}, headers=headers)
    assert allowed.status_code == 200


async def test_calls_of_one_key_over_the_rate_are_answered_429(bench: Bench) -> None:
    bench.stripe.faults.rate = RateLimit(2, clock=bench.clock)

    async def ask(key: str) -> httpx.Response:
        return await bench.client.get("/v1/customers", headers={"Authorization": f"Bearer {key}"})

    answers = [await ask("rk_test_one") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].headers["stripe-rate-limited-reason"] == "global-rate"
    assert (await ask("rk_test_another")).status_code == 200
    bench.clock.now += 1
    assert (await ask("rk_test_one")).status_code == 200


async def test_faults_come_as_often_as_asked(bench: Bench) -> None:
    bench.stripe.faults.next(429, 2, retry_after=3)
    for _ in range(2):
        answer = await bench.client.get("/v1/customers")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
        assert answer.json()["error"]["code"] == "rate_limit"
    await bench.get("customers")
    bench.stripe.faults.always(500, path="billing_portal")
    await bench.get("customers")
    await bench.refused_session(500, {"customer": bench.id("jenny")})
    bench.stripe.faults.clear()
    await bench.session({"customer": bench.id("jenny")})


@pytest.mark.parametrize("fault", [DROP, HALF])
async def test_a_broken_connection_is_no_answer(bench: Bench, fault: int) -> None:
    bench.stripe.faults.next(fault)
    answer = await bench.client.get("/v1/customers")
    assert int(answer.headers["content-length"]) > len(answer.content)


async def test_latency_is_waited_for(bench: Bench) -> None:
    bench.stripe.faults.latency_ms = 50
    loop = asyncio.get_running_loop()
    began = loop.time()
    await bench.get("customers", limit="1")
    assert loop.time() - began >= 0.05


async def test_a_denied_permission_is_named(bench: Bench) -> None:
    bench.stripe.faults.denied.add("rak_customer_portal_write")
    refused = await bench.refused_session(403, {"customer": bench.id("jenny")})
    assert "does not have the required permissions for this endpoint" in refused["error"]["message"]
    assert "'rak_customer_portal_write'" in refused["error"]["message"]
    assert "sk_test_sandbox" not in refused["error"]["message"]
    await bench.get("customers")


async def test_calls_are_counted_and_told(bench: Bench) -> None:
    await bench.session({"customer": bench.id("jenny")}, **{"Idempotency-Key": "k"})
    call = bench.stripe.calls[-1]
    assert (call.method, call.path) == ("POST", "/v1/billing_portal/sessions")
    assert call.params == {"customer": bench.id("jenny")}
    assert call.idempotency_key == "k"
    assert ("stripe.request", {"method": "POST", "path": call.path, "status": 200}) in bench.notices


async def test_unknown_addresses_and_versions_are_refused(bench: Bench) -> None:
    assert "Unrecognized request URL" in (await bench.refused(404, "nothing"))["error"]["message"]
    answer = await bench.client.get("/v1/customers", headers={"Stripe-Version": "yesterday"})
    assert answer.status_code == 400
    removed: httpx.Response = await bench.client.delete(f"/v1/customers/{bench.id('jenny')}")
    assert removed.status_code == 404
