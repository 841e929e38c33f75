"""Mentions in threads, where slash commands do not run, and plain messages to the bot."""

import json
from typing import Any

import pytest

from bot.errors import Unavailable
from bot.use_cases.dispatcher import Dispatcher
from tests.handlers.test_shortcut import say
from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.stand import Stand

DIRECT = "D0ALEX"


def event(kind: str, text: str, channel: str, **more: Any) -> dict[str, Any]:
    inner = {"type": kind, "user": AGENT, "text": text, "channel": channel, "ts": "1700000000.1", **more}
    return {
        "type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev1", "event_time": 1, "event": inner,
    }  # fmt: skip


def delivered(stand: Stand, payload: dict[str, Any]) -> dict[str, str]:
    sent = stand.send(json.dumps(payload).encode(), content_type="application/json")
    assert sent.status_code == 200
    return {"failure": ""}


def test_a_mention_in_a_thread_is_answered_in_it_for_the_person_alone(agent: Person, stand: Stand) -> None:
    root = say(agent, "a ticket")
    text = "<@U0PORTALBOT> payment <mailto:jenny@example.com|jenny@example.com>"
    said = event("app_mention", text, SUPPORT, thread_ts=root)
    link = agent.waits_for(lambda: delivered(stand, said))
    assert link.preformatted
    assert (link.content["thread_ts"], link.content["only_for"]) == (root, AGENT)


@pytest.mark.parametrize(("text", "says"), [
    ("hello there", "What you can type"), ("help", "What you can type"),
    ("email jenny@example.com", "as a slash command"), ("config edit", "as a slash command"),
    ("oncall back", "standing in"), ("jenny@example.com", "Jenny Rosen"),
    ("home jenny@example.com", "Hand it to nobody else"),
])  # fmt: skip
def test_a_message_to_the_bot_is_answered_and_no_session_address_stays(
    agent: Person, stand: Stand, text: str, says: str
) -> None:
    said = event("message", text, DIRECT, channel_type="im")
    answer = agent.waits_for(lambda: delivered(stand, said))
    assert says in answer.words
    staying = [each for each in stand.messages() if each["only_for"] is None]
    assert "/p/session/" not in str(staying)


@pytest.mark.parametrize("payload", [
    event("message", "hello", DIRECT, channel_type="im", bot_id="B0PORTALBOT"),
    event("message", "hello", DIRECT, channel_type="im", subtype="message_changed"),
    event("message", "hello", SUPPORT, channel_type="channel"),
    event("app_mention", "<@U0PORTALBOT> help", SUPPORT, bot_id="B0OTHER"),
])  # fmt: skip
def test_what_apps_write_and_what_is_not_meant_for_the_bot_is_not_answered(
    agent: Person, stand: Stand, payload: dict[str, Any]
) -> None:
    before = len(agent.messages())
    delivered(stand, payload)
    agent.asks("help")
    assert len(agent.messages()) == before + 1


def test_a_change_that_cannot_be_stored_is_503_so_that_slack_asks_again(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unavailable(*_: object, **__: object) -> None:
        raise Unavailable("database_unavailable", retry=True)

    monkeypatch.setattr(Dispatcher, "do", unavailable)
    said = json.dumps(event("message", "page checkout is down", DIRECT, channel_type="im")).encode()
    assert stand.send(said, content_type="application/json").status_code == 503
    window = {
        "type": "view_submission", "trigger_id": "1.2.3", "team": {"id": "T0SANDBOX"},
        "user": {"id": AGENT, "team_id": "T0SANDBOX"},
        "view": {
            "id": "V1", "type": "modal", "callback_id": "billing_help",
            "private_metadata": json.dumps({"channel": SUPPORT}),
            "state": {"values": {"typed": {"typed": {
                "type": "plain_text_input", "value": "page checkout is down",
            }}}},
        },
    }  # fmt: skip
    assert stand.send_interaction(window).status_code == 503
    reading = json.dumps(event("message", "jenny@example.com", DIRECT, channel_type="im")).encode()
    assert stand.send(reading, content_type="application/json").status_code == 200
