"""The Web API: arguments in both encodings, Slack's errors, faults on demand."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import Fault, UnknownFaultError
from sandbox.slack.seed import AGENT, ALERTS, GENERAL, ONCALL, SUPPORT
from tests.sandbox.slack.conftest import Harness
from tests.sandbox.slack.fake_bot import card


async def test_auth_test_names_bot_and_scopes(harness: Harness) -> None:
    answer = await harness.http.post("/api/auth.test", headers={"Authorization": "Bearer xoxb-sandbox"})
    assert answer.json()["user_id"] == "U0PORTALBOT"
    assert "commands" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
async def test_tokens_are_checked(harness: Harness, token: str, error: str) -> None:
    assert (await harness.api("auth.test", token=token))["error"] == error


async def test_form_and_json_arguments_mean_the_same(harness: Harness) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    form = {"channel": ALERTS, "text": "hi", "blocks": json.dumps(card())}
    answer = (await harness.http.post("/api/chat.postMessage", data=form, headers=headers)).json()
    assert answer["ok"]
    assert answer["message"]["blocks"][0]["type"] == "header"
    assert (await harness.api("chat.postMessage", channel=ALERTS, text="hi", blocks=card()))["ok"]


async def test_slacks_own_client_gets_along(harness: Harness) -> None:
    client = AsyncWebClient(token="xoxb-sandbox", base_url=f"{harness.bot.sandbox_url}/api/")
    posted = await client.chat_postMessage(channel=ALERTS, text="one", blocks=card())
    updated = await client.chat_update(channel=ALERTS, ts=str(posted["ts"]), text="two")
    assert updated["text"] == "two"
    members = await client.usergroups_users_list(usergroup="S0AGENTS")
    assert AGENT in members["users"]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        await client.usergroups_users_list(usergroup="S0NOBODY")
    info = await client.users_info(user=ONCALL)
    assert info["user"]["tz"] == "Asia/Tokyo"
    opened = await client.conversations_open(users=AGENT)
    assert opened["channel"]["id"] == "D0ALEX"
    assert (await client.conversations_info(channel=SUPPORT))["channel"]["is_member"]


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": GENERAL, "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": SUPPORT}, "no_text"),
    ("chat.postMessage", {"channel": SUPPORT, "text": "x", "blocks": "{"}, "invalid_json"),
    ("chat.postEphemeral", {"channel": SUPPORT, "text": "x", "user": "U0NOBODY"}, "user_not_in_channel"),
    ("chat.postEphemeral", {"channel": GENERAL, "text": "x", "user": AGENT}, "not_in_channel"),
    ("chat.update", {"channel": SUPPORT, "ts": "1.1", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": SUPPORT, "ts": "1.1"}, "message_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("views.publish", {"user_id": "U0NOBODY", "view": {"type": "home", "blocks": []}}, "user_not_found"),
    ("made.up", {}, "unknown_method"),
]


@pytest.mark.parametrize(("method", "fields", "error"), CASES)
async def test_refusals_use_slacks_words(
    harness: Harness, method: str, fields: dict[str, Any], error: str
) -> None:
    answer = await harness.api(method, **fields)
    assert (answer["ok"], answer["error"]) == (False, error)


async def test_an_ephemeral_message_cannot_be_updated(harness: Harness) -> None:
    posted = await harness.api("chat.postEphemeral", channel=SUPPORT, user=AGENT, text="psst")
    answer = await harness.api("chat.update", channel=SUPPORT, ts=posted["message_ts"], text="louder")
    assert answer["error"] == "message_not_found"
    assert harness.messages(ONCALL) == []


async def test_invalid_blocks_come_with_pointers_and_are_remembered(harness: Harness) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await harness.api("chat.postMessage", channel=SUPPORT, text="x", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    (message,) = answer["response_metadata"]["messages"]
    assert message == "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert harness.slack.parts.violations.seen[0].where == "chat.postMessage"


async def test_messages_to_a_person_go_to_the_direct_messages(harness: Harness) -> None:
    posted = await harness.api("chat.postMessage", channel=AGENT, text="a quiet word")
    assert posted["channel"] == "D0ALEX"


async def test_reactions_are_counted(harness: Harness) -> None:
    posted = await harness.api("chat.postMessage", channel=SUPPORT, text="x")
    for _ in range(2):
        await harness.api("reactions.add", channel=SUPPORT, timestamp=posted["ts"], name="eyes")
    assert harness.messages()[-1].reactions == {"eyes": 2}


@pytest.mark.parametrize(
    ("kind", "status", "error"), [("429", 429, "ratelimited"), ("ratelimited", 200, "ratelimited")]
)
async def test_limits_on_demand(harness: Harness, kind: str, status: int, error: str) -> None:
    harness.slack.faults.set(Fault(kind, match="chat.*", times=1, seconds=3))
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    limited = await harness.http.post(
        "/api/chat.postMessage", json={"channel": SUPPORT, "text": "x"}, headers=headers
    )
    assert (limited.status_code, limited.json()["error"]) == (status, error)
    assert limited.headers.get("retry-after") == ("3" if status == 429 else None)
    assert (await harness.api("chat.postMessage", channel=SUPPORT, text="x"))["ok"]


async def test_down_cuts_the_connection(harness: Harness) -> None:
    harness.slack.faults.set(Fault("down", times=1))
    with pytest.raises(httpx.RemoteProtocolError):
        await harness.api("auth.test")
    assert (await harness.api("auth.test"))["ok"]


async def test_broken_and_slow_on_demand(harness: Harness) -> None:
    harness.slack.faults.set(Fault("500", times=1))
    broken = await harness.http.post("/api/auth.test", headers={"Authorization": "Bearer xoxb-sandbox"})
    assert broken.status_code == 500
    harness.slack.faults.set(Fault("latency", times=1, seconds=0.1))
    await harness.api("auth.test")
    assert (list(harness.traffic)[-1].milliseconds or 0) >= 100


async def test_a_fault_nobody_has_is_refused_with_the_list(harness: Harness) -> None:
    with pytest.raises(UnknownFaultError, match="429, 500, ratelimited, latency, down"):
        harness.slack.faults.set(Fault("earthquake"))
