import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator
from itertools import product

import pytest
import stripe

from bot.errors import Refused, Unavailable
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.stripe_server import StripeServer

PATH = "/v1/customers/cus_1"
KEY = "rk_test_1234567890abcdef"
DENIED = (
    "The provided key 'rk_test_*****************************************abcdef' does not have the required "
    "permissions for this endpoint on account 'acct_1MerchantXyz'. Having the 'rak_customer_read' permission "
    "would allow this request to continue."
)


@pytest.fixture
def counted() -> list[tuple[str, str]]:
    return []


@pytest.fixture
async def patient(
    stripe_server: StripeServer, counted: list[tuple[str, str]]
) -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway.open(
        KEY,
        api_base=stripe_server.url + "/",
        patience=0.9,
        seconds_per_try=0.3,
        more_tries=0,
        count_call=lambda resource, outcome: counted.append((resource, outcome)),
    )
    yield gateway
    await gateway.aclose()


async def refusal(gateway: StripeGateway) -> Refused:
    with pytest.raises(Refused) as raised:
        await gateway.customer("cus_1")
    return raised.value


async def test_a_429_is_waited_out_as_stripe_asks(
    stripe_server: StripeServer, patient: StripeGateway, counted: list[tuple[str, str]]
) -> None:
    stripe_server.refuse(PATH, 429, "Too many requests", headers={"Retry-After": "0.2"})
    stripe_server.answer(PATH, made.customer())
    started = time.perf_counter()
    assert (await patient.customer("cus_1")).id == "cus_1"
    assert time.perf_counter() - started >= 0.2
    assert counted == [("customer", "limited"), ("customer", "ok")]


async def test_a_429_that_asks_for_more_than_our_patience_is_said_at_once(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    stripe_server.refuse(PATH, 429, "Too many requests", headers={"Retry-After": "30"})
    started = time.perf_counter()
    said = await refusal(patient)
    assert time.perf_counter() - started < 0.5
    assert (said.code, said.facts["retry"]) == ("stripe_busy", True)


async def test_endless_429s_end_with_our_patience(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    stripe_server.refuse(PATH, 429, "Too many requests", headers={"Retry-After": "0.05"})
    said = await refusal(patient)
    assert said.code in {"stripe_busy", "stripe_timed_out"}
    assert len(stripe_server.asked) > 3


async def test_a_5xx_is_tried_again(stripe_server: StripeServer) -> None:
    gateway = StripeGateway.open(KEY, api_base=stripe_server.url, more_tries=1)
    stripe_server.refuse(PATH, 503, "Down")
    stripe_server.answer(PATH, made.customer())
    assert (await gateway.customer("cus_1")).id == "cus_1"
    await gateway.aclose()


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_lasting_5xx_says_that_trying_again_helps(
    stripe_server: StripeServer, patient: StripeGateway, status: int
) -> None:
    stripe_server.refuse(PATH, status, "Down")
    said = await refusal(patient)
    assert (said.code, said.facts["retry"], said.facts["request_id"]) == ("stripe_failing", True, "req_123")


async def test_silence_is_a_time_out(
    stripe_server: StripeServer, patient: StripeGateway, counted: list[tuple[str, str]]
) -> None:
    stripe_server.answer(PATH, made.customer())
    stripe_server.delay = 0.5
    said = await refusal(patient)
    assert (said.code, said.facts["retry"]) == ("stripe_timed_out", True)
    assert counted == [("customer", "unreachable")]


async def test_patience_bounds_all_tries_together(stripe_server: StripeServer) -> None:
    gateway = StripeGateway.open(KEY, api_base=stripe_server.url, patience=0.4, seconds_per_try=0.3)
    stripe_server.answer(PATH, made.customer())
    stripe_server.delay = 0.6
    started = time.perf_counter()
    assert (await refusal(gateway)).code == "stripe_timed_out"
    assert time.perf_counter() - started < 0.8
    await gateway.aclose()


async def test_a_connection_that_breaks_is_unreachable(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    stripe_server.answer(PATH, "", status=0)
    assert (await refusal(patient)).code == "stripe_unreachable"


async def test_nobody_listening_is_unreachable() -> None:
    gateway = StripeGateway.open(KEY, api_base="http://127.0.0.1:1", more_tries=0)
    assert (await refusal(gateway)).code == "stripe_unreachable"
    await gateway.aclose()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *product([200, 400, 403, 404], ["<html>proxy</html>", "[]", "null", '"text"', ""]),
        *product([400, 403, 404], ['{"error": "denied"}', "{}"]),
    ],
)
async def test_what_is_not_stripes_is_a_refusal_too(
    stripe_server: StripeServer, patient: StripeGateway, body: str, status: int
) -> None:
    stripe_server.answer(PATH, body, status=status)
    assert isinstance(await refusal(patient), Unavailable)


async def test_a_missing_permission_is_named_and_key_and_account_are_not(
    stripe_server: StripeServer, patient: StripeGateway, counted: list[tuple[str, str]]
) -> None:
    stripe_server.refuse(PATH, 403, DENIED)
    said = await refusal(patient)
    assert (said.code, said.facts["permission"], said.facts["rak"], said.facts["retry"]) == (
        "permission_missing",
        "Customers: Read",
        "rak_customer_read",
        False,
    )
    assert said.stripe_said is not None
    assert "rak_customer_read" in said.stripe_said
    assert not [secret for secret in ("rk_test", "abcdef", "acct_1") if secret in said.stripe_said]
    assert counted == [("customer", "denied")]


async def test_a_refused_key_is_said_and_not_shown(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    stripe_server.refuse(PATH, 401, "Invalid API Key provided: rk_test_**************cdef")
    said = await refusal(patient)
    assert (said.code, said.facts["retry"], said.stripe_said) == (
        "key_refused",
        False,
        "Invalid API Key provided: [key]",
    )


async def test_a_refusal_carries_no_trace_of_the_answer(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    stripe_server.refuse(
        PATH, 400, "see https://billing.stripe.com/p/session/test_SECRET now", code="SECRETCODE"
    )
    said = await refusal(patient)
    assert "SECRET" not in "".join(traceback.format_exception(said)) + repr(said.facts) + str(
        said.stripe_said
    )


async def test_no_log_at_any_level_shows_addresses_or_bodies(
    stripe_server: StripeServer,
    patient: StripeGateway,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stripe, "log", "debug")
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="stripe")
    url = "https://billing.stripe.com/p/session/test_SECRET"
    stripe_server.answer(
        "/v1/billing_portal/sessions",
        {"id": "bps_1", "url": url, "created": 1, "object": "billing_portal.session"},
    )
    stripe_server.answer(PATH, f"not json {url}")
    await patient.portal.create_session({"customer": "cus_1"})
    await refusal(patient)
    captured = capfd.readouterr()
    assert "SECRET" not in caplog.text + captured.err + captured.out


async def test_each_call_says_its_key_and_account_and_no_key_is_global(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    stripe_server.answer(PATH, made.customer())
    await patient.customer("cus_1", stripe_account="acct_9")
    await patient.customer("cus_1")
    first, second = stripe_server.asked
    assert first.headers["Authorization"] == f"Bearer {KEY}"
    assert first.headers["Stripe-Account"] == "acct_9"
    assert "Stripe-Account" not in second.headers
    assert stripe.api_key is None


async def test_an_id_stays_one_segment_of_the_path(
    stripe_server: StripeServer, patient: StripeGateway
) -> None:
    with pytest.raises(Refused):
        await patient.shop.price("../customers?limit#/x y")
    with pytest.raises(Refused):
        await patient.shop.price("..")
    assert [asked.path for asked in stripe_server.asked] == ["/v1/prices/..%2Fcustomers%3Flimit%23%2Fx%20y"]
    assert stripe_server.asked[0].own == {}


@pytest.mark.parametrize(
    ("key", "livemode"),
    [("sk_live_1", True), ("rk_live_1", True), ("rk_test_1", False), ("sk_test_live_", False)],
)
async def test_the_mode_is_read_off_the_key(key: str, livemode: bool) -> None:
    gateway = StripeGateway.open(key)
    assert gateway.livemode is livemode
    await gateway.aclose()


async def test_calls_over_the_limit_are_spread(stripe_server: StripeServer) -> None:
    gateway = StripeGateway.open(KEY, api_base=stripe_server.url, requests_per_second=10)
    stripe_server.answer(PATH, made.customer())
    started = time.perf_counter()
    await asyncio.gather(*(gateway.customer("cus_1") for _ in range(10)))
    assert time.perf_counter() - started < 0.9
    await gateway.customer("cus_1")
    assert time.perf_counter() - started >= 0.95
    await gateway.aclose()
