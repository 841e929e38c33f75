"""What did not come from Slack is refused before anything reads it; what did is never met with a 500."""

import asyncio
import socket
import time
from contextlib import suppress

import httpx
import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.handlers.slack_http import slack_endpoint
from bot.logs import get_log
from tests.stand.person import Person
from tests.stand.signing import FORM, command_form, slack_headers
from tests.stand.stand import Stand

JSON = "application/json"


def age(seconds: int) -> int:
    return int(time.time()) + seconds


def with_header(name: str, value: str) -> list[tuple[bytes, bytes]]:
    headers = slack_headers(command_form("help")) | {name: value}
    return [(each.encode(), content.encode()) for each, content in headers.items()]


def test_a_forged_signature_is_401(stand: Stand) -> None:
    assert stand.send(command_form("help"), secret="another").status_code == 401


def bolt() -> AsyncApp:
    return AsyncApp(signing_secret="x", token="xoxb-1", request_verification_enabled=False)


def client_of(app: AsyncApp, secrets: str) -> httpx.AsyncClient:
    endpoint = slack_endpoint(app, secrets, get_log("test"))
    starlette = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=starlette), base_url="http://bot")


async def ask(secrets: str, signed_with: str) -> int:
    """The status of a request signed with a secret, where the settings have these."""
    body = command_form("help")
    headers = slack_headers(body, secret=signed_with)
    async with client_of(bolt(), secrets) as client:
        return (await client.post("/slack/events", content=body, headers=headers)).status_code


async def test_a_repeat_is_503_until_the_first_had_its_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    app, begun, go_on, statuses = bolt(), asyncio.Event(), asyncio.Event(), [503, 200]

    async def dispatch(_request: AsyncBoltRequest) -> BoltResponse:
        begun.set()
        await go_on.wait()
        return BoltResponse(status=statuses.pop(0))

    monkeypatch.setattr(app, "async_dispatch", dispatch)
    body = command_form("help")
    headers = slack_headers(body, secret="new")
    async with client_of(app, "new") as client:

        async def send() -> int:
            return (await client.post("/slack/events", content=body, headers=headers)).status_code

        first = asyncio.create_task(send())
        await begun.wait()
        assert await asyncio.wait_for(send(), 5) == 503
        go_on.set()
        assert await first == 503
        assert [await send(), await send(), statuses] == [200, 200, []]


@pytest.mark.parametrize("secrets", ["", ",", " , "])
def test_without_a_secret_an_empty_one_signs_nothing(secrets: str) -> None:
    assert asyncio.run(ask(secrets, "")) == 401


def test_while_a_secret_is_rotated_the_old_and_the_new_one_sign_and_no_other_does() -> None:
    for secret in ("old", "new"):
        assert asyncio.run(ask("new, old", secret)) != 401
    for secret in ("other", "new, old", ""):
        assert asyncio.run(ask("new, old", secret)) == 401


def test_a_changed_body_is_401(stand: Stand) -> None:
    headers = slack_headers(command_form("help"))
    answer = stand.bot_http.post(
        "/slack/events", content=command_form("home jenny@example.com"), headers=headers
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("seconds", [-301, -3600, 302, 3600, 10**9])
def test_a_stale_signature_is_401_past_and_future(stand: Stand, seconds: int) -> None:
    assert stand.send(command_form("help"), at=age(seconds)).status_code == 401


@pytest.mark.parametrize("seconds", [-295, 295])
def test_within_five_minutes_a_clock_may_differ(stand: Stand, seconds: int) -> None:
    assert stand.send(command_form("help"), at=age(seconds)).status_code == 200


@pytest.mark.parametrize("stamp", ["abc", "1e9", "", "-1", "12.5", "٣", "9" * 400, "0x10", "+1", "nan"])
def test_a_timestamp_that_is_no_number_is_401(stand: Stand, stamp: str) -> None:
    headers = with_header("x-slack-request-timestamp", stamp)
    assert (
        stand.bot_http.post("/slack/events", content=command_form("help"), headers=headers).status_code == 401
    )


@pytest.mark.parametrize("missing", ["x-slack-request-timestamp", "x-slack-signature"])
def test_a_missing_header_is_401(stand: Stand, missing: str) -> None:
    headers = slack_headers(command_form("help"))
    del headers[missing]
    assert (
        stand.bot_http.post("/slack/events", content=command_form("help"), headers=headers).status_code == 401
    )


@pytest.mark.parametrize("signature", ["", "v0=", "v1=abc", "v0=" + "0" * 64, "ü", "v0=" + "f" * 9000])
def test_a_signature_of_any_shape_is_401(stand: Stand, signature: str) -> None:
    headers = with_header("x-slack-signature", signature)
    assert (
        stand.bot_http.post("/slack/events", content=command_form("help"), headers=headers).status_code == 401
    )


def test_too_much_is_413_whether_it_says_so_or_not(stand: Stand) -> None:
    body = b"text=" + b"a" * 1_000_001
    assert stand.send(body).status_code == 413
    pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    answer = stand.bot_http.post("/slack/events", content=pieces, headers=slack_headers(body))
    assert answer.status_code == 413


def test_nearly_a_megabyte_of_text_gets_an_answer(stand: Stand) -> None:
    answer = stand.send(command_form("x" * 990_000))
    assert answer.status_code == 200
    assert "3000" in answer.json()["text"]


@pytest.mark.parametrize(("body", "content_type"), [
    (b"", JSON), (b"{", JSON), (b"[]", JSON), (b"null", JSON), (b"1", JSON), (b'"x"', JSON), (b"{}", JSON),
    (b'{"type": 1}', JSON), (b"[" * 20_000, JSON), (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON),
    (b"\xff\xfe", JSON), (b"\xff", FORM), (b"=", "text/plain"),
    (b"payload=", FORM), (b"payload=%7B", FORM),
    (b"payload=[]", FORM), (b"payload=null", FORM),
    (b"payload=%7B%7D", FORM), (b"&&&&", FORM),
    (b"command=%2Fportal", FORM), (b"command=x&user_id=", "multipart/form-data"),
    (b"payload=" + b"%5B" * 20_000, FORM),
])  # fmt: skip
def test_a_signed_body_that_makes_no_sense_is_a_clean_refusal(
    stand: Stand, body: bytes, content_type: str
) -> None:
    assert 400 <= stand.send(body, content_type=content_type).status_code < 500


def test_slacks_own_first_question_is_answered(stand: Stand) -> None:
    body = b'{"type": "url_verification", "token": "x", "challenge": "say this"}'
    answer = stand.send(body, content_type=JSON)
    assert answer.status_code == 200
    assert "say this" in answer.text


def test_slacks_certificate_check_is_answered(stand: Stand) -> None:
    assert stand.send(b"ssl_check=1&token=x").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(stand: Stand, method: str) -> None:
    assert stand.bot_http.request(method, "/slack/events").status_code == 405


def test_a_refused_request_leaves_no_trace_in_the_trail(agent: Person, stand: Stand) -> None:
    before = stand.audit()
    stand.send(command_form("home jenny@example.com"), secret="another")
    assert stand.audit() == before


@pytest.mark.parametrize("path", ["/slack/events", "/stripe/webhooks"])
@pytest.mark.parametrize("endless", [
    b"X-Endless: ", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nX-Trailer: ",
    b"Transfer-Encoding: chunked\r\n\r\n1;",
])  # fmt: skip
def test_a_head_without_end_is_431(stand: Stand, path: str, endless: bytes) -> None:
    address = (stand.bot_http.base_url.host, int(stand.bot_http.base_url.port or 0))
    with socket.create_connection(address, timeout=10) as connection, suppress(ConnectionError):
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n".encode() + endless)
        for _ in range(200):
            connection.sendall(b"a" * 65_536)
        pytest.fail("the process takes it all")
    assert stand.bot_http.get("/healthz").status_code == 200


def test_a_large_body_in_small_pieces_is_no_head(stand: Stand) -> None:
    body = command_form("x" * 200_000)
    pieces = (body[start : start + 1000] for start in range(0, len(body), 1000))
    assert stand.bot_http.post("/slack/events", content=pieces, headers=slack_headers(body)).is_success
