"""`POST /stripe/webhooks`: stored before it is answered; what is none of ours is answered all the same."""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stand.signing import stripe_header
from tests.stand.stand import Stand
from tests.stand.waiting import until


def event(number: int, **more: Any) -> dict[str, Any]:
    """A snapshot event as Stripe sends it."""
    return {
        "id": f"evt_{number}_{time.time_ns()}",
        "object": "event",
        "type": "invoice.payment_failed",
        "created": int(time.time()),
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "in_1", "object": "invoice"}},
        **more,
    }


def send(stand: Stand, body: bytes, header: str | None = None) -> httpx.Response:
    headers = {"stripe-signature": stripe_header(body) if header is None else header}
    return stand.bot_http.post("/stripe/webhooks", content=body, headers=headers)


def deliver(stand: Stand, made: dict[str, Any]) -> int:
    return send(stand, json.dumps(made).encode()).status_code


def stored(stand: Stand) -> dict[str, str]:
    """Payloads in the database by event id, read past the bot."""
    address = stand.settings.database_url.get_secret_value()
    with sqlite3.connect(address.removeprefix("sqlite:///")) as database:
        rows = dict(database.execute("SELECT id, payload FROM stripe_events").fetchall())
    database.close()
    return rows


def counted(stand: Stand, outcome: str) -> float:
    for line in stand.bot_http.get("/metrics").text.splitlines():
        if line.startswith(f'portalbot_webhooks_total{{outcome="{outcome}"}}'):
            return float(line.split()[-1])
    return 0.0


def test_an_event_is_stored_before_it_is_answered(stand: Stand) -> None:
    made = event(1)
    assert deliver(stand, made) == 200
    assert json.loads(stored(stand)[made["id"]])["data"] == made["data"]


@pytest.mark.parametrize(("more", "outcome"), [
    ({"livemode": True}, "other_mode"), ({"object": "v2.core.event", "data": None}, "thin"),
])  # fmt: skip
def test_what_is_none_of_ours_is_200_counted_and_not_stored(
    stand: Stand, more: dict[str, Any], outcome: str
) -> None:
    made, before = event(2, **more), counted(stand, outcome)
    assert deliver(stand, made) == 200
    assert made["id"] not in stored(stand)
    assert counted(stand, outcome) == before + 1


def test_a_duplicate_is_200_and_stored_once(stand: Stand) -> None:
    made, before = event(3), counted(stand, "duplicate")
    assert [deliver(stand, made) for _ in range(3)] == [200, 200, 200]
    assert counted(stand, "duplicate") == before + 2


def test_an_unknown_type_is_200(stand: Stand) -> None:
    assert deliver(stand, event(4, type="something.never_heard_of")) == 200


def test_the_address_of_a_session_is_not_stored(stand: Stand) -> None:
    address = "https://billing.stripe.com/p/session/test_secretsecret"
    session = {"object": "billing_portal.session", "id": "bps_1", "url": address}
    made = event(5, type="billing_portal.session.created", data={"object": session, "note": f"see {address}"})
    assert deliver(stand, made) == 200
    row = stored(stand)[made["id"]]
    assert "bps_1" in row
    assert "test_secretsecret" not in row


def hexadecimal(body: bytes) -> str:
    return stripe_header(body).partition(",v1=")[2]


def stamp(body: bytes) -> str:
    return stripe_header(body).partition(",")[0]


WRONG: dict[str, Callable[[bytes], str]] = {
    "empty": lambda body: "",
    "forged": lambda body: "t=1,v1=abc",
    "junk": lambda body: "junk",
    "another secret": lambda body: stripe_header(body, secret="whsec_other"),
    "another body": lambda body: stripe_header(body + b" "),
    "too old": lambda body: stripe_header(body, at=int(time.time()) - 400),
    "from the future": lambda body: stripe_header(body, at=int(time.time()) + 400),
    "no number": lambda body: f"t=abc,v1={hexadecimal(body)}",
    "endless number": lambda body: f"t={'9' * 500},v1={hexadecimal(body)}",
    "no time": lambda body: f"v1={hexadecimal(body)}",
    "no signature": stamp,
    "nothing in it": lambda body: "t=,v1=",
    "commas": lambda body: "," * 500,
    "two times": lambda body: f"t=1,{stripe_header(body)}",
    "the old scheme": lambda body: stripe_header(body).replace("v1=", "v0="),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_signature_is_401_and_stores_nothing(stand: Stand, kind: str) -> None:
    before, body = stored(stand), json.dumps(event(6)).encode()
    assert send(stand, body, WRONG[kind](body)).status_code == 401
    assert stored(stand) == before


def test_a_missing_signature_is_401(stand: Stand) -> None:
    assert stand.bot_http.post("/stripe/webhooks", content=json.dumps(event(6)).encode()).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"1", b"{}", b"\xff", b"[" * 50_000, b'{"object": "event"}']
)
def test_a_signed_body_that_is_no_event_is_400_and_stores_nothing(stand: Stand, body: bytes) -> None:
    before = stored(stand)
    assert send(stand, body).status_code == 400
    assert stored(stand) == before


@pytest.mark.parametrize("wrong", [
    {"id": 7}, {"id": ""}, {"created": "now"}, {"created": 2**70}, {"created": -1},
    {"created": 253_402_300_800}, {"livemode": "false"}, {"data": []}, {"type": None}, {"object": "charge"},
])  # fmt: skip
def test_an_event_with_a_wrong_field_is_400_and_stores_nothing(stand: Stand, wrong: dict[str, Any]) -> None:
    before = stored(stand)
    assert deliver(stand, event(7, **wrong)) == 400
    assert stored(stand) == before


@pytest.mark.parametrize("value", [float("nan"), "\ud800", "\x00", 10**400, [[[[]]]], {"": None}, 1e308])
def test_odd_values_inside_an_event_are_no_5xx(stand: Stand, value: object) -> None:
    assert deliver(stand, event(8, data={"object": {"x": value}})) < 500


def test_a_number_that_json_does_not_have_is_400(stand: Stand) -> None:
    assert deliver(stand, event(8, data={"object": {"x": float("nan")}})) == 400


def test_a_number_that_no_float_holds_is_400(stand: Stand) -> None:
    body = json.dumps(event(8)).replace('"in_1"', "-1e999").encode()
    assert send(stand, body).status_code == 400


def test_nesting_without_end_is_no_5xx(stand: Stand) -> None:
    for depth in (200, 400, 900, 5_000):
        inside = '{"a":' * depth + "1" + "}" * depth
        body = json.dumps(event(9)).replace('"in_1"', inside).encode()
        assert send(stand, body).status_code in {200, 400}


def test_too_large_is_413_and_stores_nothing(stand: Stand) -> None:
    before = stored(stand)
    assert deliver(stand, event(10, data={"object": {"x": "a" * 1_000_001}})) == 413
    assert stored(stand) == before


def test_an_event_that_cannot_be_stored_is_503(stand: Stand) -> None:
    file = Path(stand.settings.database_url.get_secret_value().removeprefix("sqlite:///"))
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("ALTER TABLE stripe_events RENAME TO away")
    try:
        assert deliver(stand, event(11)) == 503
        assert counted(stand, "not_stored") == 1
    finally:
        database.execute("ALTER TABLE away RENAME TO stripe_events")
        database.close()
    assert deliver(stand, event(12)) == 200


def test_what_happens_in_the_sandboxes_stripe_arrives(stand: Stand) -> None:
    before = counted(stand, "stored")
    stand.on_loop(lambda: stand.sandbox.stripe.happen("invoice.payment_failed", stand.customer("jenny")))
    until(lambda: counted(stand, "stored") > before, "a webhook")
