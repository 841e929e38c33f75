"""Everything that Slack sends is answered, from both kinds of organization: no 5xx, no silence."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.slack.web_api import METHODS
from tests.stand.models import model_problems
from tests.stand.payloads import (
    ORG_WIDE,
    PLAIN,
    action,
    command,
    event,
    in_message,
    in_view,
    interaction,
)
from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until

Json = dict[str, Any]
Body = Callable[[Stand, str], bytes]
SAID = {"ts": "1700000000.000100", "event_ts": "1700000000.000100", "user": AGENT, "team": "T0SANDBOX"}
METADATA = json.dumps({"channel": SUPPORT})


@pytest.fixture(scope="module", params=[PLAIN, ORG_WIDE])
def organized(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stand, str]]:
    kind, real = request.param, METHODS["auth.test"]
    facts = {} if kind == PLAIN else {"enterprise_id": "E0OURS", "is_enterprise_install": kind == ORG_WIDE}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, "auth.test", lambda parts, fields: real(parts, fields) | facts)
        with open_stand(tmp_path_factory.mktemp("shapes")) as stand:
            yield stand, kind


def pressed(place: Callable[[Stand, str], Json], *what: str, **more: Any) -> Body:
    return lambda stand, kind: interaction(
        stand, kind, "block_actions", **place(stand, kind), **action(*what, **more)
    )


def typed(text: str, **more: str) -> Body:
    return lambda stand, kind: command(stand, kind, text, **more)


EPHEMERAL = lambda stand, _kind: in_message(stand, ephemeral=True)  # noqa: E731
LASTING = lambda stand, _kind: in_message(stand, ephemeral=False)  # noqa: E731
HOME = lambda _stand, kind: in_view(kind, "home")  # noqa: E731
CHOSEN = {"text": {"type": "plain_text", "text": "x"}, "value": "home jenny@example.com"}
SHOWN: dict[str, Body] = {
    "command": typed("jenny@example.com"),
    "command that makes a link": typed("payment jenny@example.com for:T-1"),
    "command in a direct message": typed(
        "jenny@example.com", channel_id="D0ALEX", channel_name="directmessage"
    ),
    "command in a private channel": typed("jenny@example.com", channel_name="privategroup"),
    "button of an ephemeral message": pressed(
        EPHEMERAL, "button", "run:home", value="home jenny@example.com"
    ),
    "button of a lasting message": pressed(LASTING, "button", "ask:card", value="jenny@example.com"),
    "option of a menu": pressed(EPHEMERAL, "static_select", "run:pick", selected_option=CHOSEN),
    "option of an overflow menu": pressed(EPHEMERAL, "overflow", "run:more", selected_option=CHOSEN),
    "button of nobody's": pressed(EPHEMERAL, "button", "approve_everything", value="x"),
    "shortcut of nobody's": lambda stand, kind: interaction(stand, kind, "shortcut", callback_id="older"),
    "submitted window": lambda stand, kind: interaction(
        stand,
        kind,
        "view_submission",
        response_urls=[],
        **in_view(
            kind,
            callback_id="billing_help",
            private_metadata=METADATA,
            state={
                "values": {
                    "typed": {"typed": {"type": "plain_text_input", "value": "jenny@example.com"}},
                    "verb": {"verb": {"type": "static_select", "selected_option": {"value": "card"}}},
                }
            },
        ),
    ),
    "mention": lambda _stand, kind: event(
        kind, {**SAID, "type": "app_mention", "channel": SUPPORT, "text": "<@U0PORTALBOT> jenny@example.com"}
    ),
    "mention in a thread": lambda _stand, kind: event(
        kind,
        {
            **SAID,
            "type": "app_mention",
            "channel": SUPPORT,
            "text": "<@U0PORTALBOT|portalbot> why jenny@example.com",
            "thread_ts": "1699999999.000100",
            "client_msg_id": "c",
        },
    ),
    "direct message": lambda _stand, kind: event(
        kind,
        {
            **SAID,
            "type": "message",
            "channel": "D0ALEX",
            "channel_type": "im",
            "text": "jenny@example.com",
        },
    ),
}
WINDOWS: dict[str, Body] = {
    "message shortcut": lambda stand, kind: interaction(
        stand,
        kind,
        "message_action",
        callback_id="billing_help",
        message_ts="1700000000.000100",
        action_ts="1700000001.0",
        **in_message(stand, ephemeral=False),
    ),
    "global shortcut": lambda stand, kind: interaction(
        stand, kind, "shortcut", callback_id="billing_help_anywhere", action_ts="1700000001.0"
    ),
    "button of the App Home": pressed(HOME, "button", "run:home", value="home jenny@example.com"),
}
ACKNOWLEDGED: dict[str, Body] = {
    "help": typed("help"),
    "link button": pressed(EPHEMERAL, "button", "open:portal", url="https://x.example"),
    "ticked box": pressed(EPHEMERAL, "checkboxes", "tick:1", selected_options=[]),
    "closed window": lambda stand, kind: interaction(
        stand, kind, "view_closed", is_cleared=False, **in_view(kind, callback_id="billing_help")
    ),
    "window of nobody's": lambda stand, kind: interaction(
        stand, kind, "view_submission", response_urls=[], **in_view(kind, callback_id="older")
    ),
    "options of a menu": lambda stand, kind: interaction(
        stand,
        kind,
        "block_suggestion",
        action_id="customer",
        block_id="customer",
        value="jen",
        **in_view(kind),
    ),
    "options of nobody's menu": lambda stand, kind: interaction(
        stand, kind, "block_suggestion", action_id="x", block_id="x", value="jen", **in_view(kind)
    ),
    "button of an attachment": lambda stand, kind: interaction(
        stand,
        kind,
        "interactive_message",
        callback_id="x",
        attachment_id="1",
        is_app_unfurl=False,
        actions=[{"name": "a", "type": "button", "value": "1"}],
        message_ts="1700000000.000100",
        channel={"id": SUPPORT, "name": "support"},
        original_message={"text": "x"},
    ),
    "submitted dialog": lambda stand, kind: interaction(
        stand,
        kind,
        "dialog_submission",
        callback_id="x",
        submission={"a": "1"},
        state="",
        channel={"id": SUPPORT, "name": "support"},
        action_ts="1.0",
    ),
    "canceled dialog": lambda stand, kind: interaction(
        stand,
        kind,
        "dialog_cancellation",
        callback_id="x",
        state="",
        channel={"id": SUPPORT},
        action_ts="1.0",
    ),
    "step of a workflow": lambda stand, kind: interaction(
        stand, kind, "workflow_step_edit", callback_id="x", workflow_step={"workflow_id": "1", "step_id": "2"}
    ),
    "App Home": lambda _stand, kind: event(
        kind,
        {
            "type": "app_home_opened",
            "user": AGENT,
            "channel": "D0ALEX",
            "tab": "home",
            "event_ts": "1.0",
            **{"view": in_view(kind, "home")["view"]},
        },
    ),
    "changed message": lambda _stand, kind: event(
        kind,
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": "D0ALEX",
            "channel_type": "im",
            "ts": "1.0",
            "message": {**SAID, "type": "message", "text": "x"},
            "previous_message": {**SAID, "text": "y"},
        },
    ),
    "message of an app": lambda _stand, kind: event(
        kind,
        {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": "B1",
            "channel": "D0ALEX",
            "channel_type": "im",
            "ts": "1.0",
            "text": "x",
        },
    ),
    "access granted": lambda _stand, kind: event(kind, {"type": "team_access_granted", "team_ids": ["T1"]}),
    "address asked for": lambda _stand, _kind: json.dumps(
        {"type": "url_verification", "token": "verification", "challenge": "c4"}
    ).encode(),
}


def sent(stand: Stand, body: bytes) -> Json:
    """Send it as its kind of content, and expect a 200."""
    kind = {"content_type": "application/json"} if body.startswith(b"{") else {}
    answer = stand.send(body, **kind)
    assert answer.status_code == 200, answer.text
    return {"failure": "", "body": answer.text}


@pytest.mark.parametrize("what", SHOWN)
def test_it_is_answered_with_a_message(organized: tuple[Stand, str], what: str) -> None:
    stand, kind = organized
    stand.reset()
    body = SHOWN[what](stand, kind)
    answer = stand.person().waits_for(lambda: sent(stand, body))
    text = str(answer.content["text"])
    assert ("earlier version" if "nobody's" in what else "Jenny Rosen") in text
    assert model_problems(answer.blocks) == []
    assert stand.violations() == []


@pytest.mark.parametrize("what", WINDOWS)
def test_it_opens_a_window(organized: tuple[Stand, str], what: str) -> None:
    stand, kind = organized
    stand.reset()
    sent(stand, WINDOWS[what](stand, kind))
    assert until(stand.person().has_window, "a window")
    assert stand.violations() == []


SAID_AT_ONCE = {"options of a menu": "Jenny Rosen", "address asked for": "c4"}


@pytest.mark.parametrize("what", ACKNOWLEDGED)
def test_it_is_acknowledged(organized: tuple[Stand, str], what: str) -> None:
    stand, kind = organized
    answer = sent(stand, ACKNOWLEDGED[what](stand, kind))["body"]
    assert SAID_AT_ONCE.get(what, "") in answer


def test_what_is_said_at_once_is_said_to_something_that_is_sent() -> None:
    assert SAID_AT_ONCE.keys() <= ACKNOWLEDGED.keys()


def test_an_app_that_is_rate_limited_is_no_error(agent_of: Person) -> None:
    limited = {
        "type": "app_rate_limited", "token": "t", "team_id": "T0SANDBOX", "api_app_id": "A0PORTALBOT",
        "minute_rate_limited": 1700000000,
    }  # fmt: skip
    sent(agent_of.stand, json.dumps(limited).encode())  # type: ignore[arg-type]


@pytest.fixture
def agent_of(organized: tuple[Stand, str]) -> Person:
    return organized[0].person()
