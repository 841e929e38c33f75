"""Buttons, windows and payloads of an older version, or of nobody's: an answer, never silence or a 500."""

from typing import Any

import pytest

from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand


def interaction(stand: Stand, kind: str, **more: Any) -> dict[str, Any]:
    """A payload as the sandbox's Slack would send it."""
    parts = stand.sandbox.slack.parts
    return {
        "type": kind,
        "user": {"id": AGENT, "team_id": "T0SANDBOX"},
        "team": {"id": "T0SANDBOX"},
        "channel": {"id": SUPPORT},
        "trigger_id": stand.on_loop(lambda: parts.triggers.issue(AGENT)),
        "response_url": stand.on_loop(lambda: parts.response_urls.issue(AGENT, SUPPORT)),
        **more,
    }


def pressed(action: str, value: str | None = None) -> list[dict[str, Any]]:
    """A pressed button."""
    return [{"type": "button", "action_id": action, "block_id": "b", "value": value}]


def answer_to(agent: Person, payload: dict[str, Any]) -> Shown:
    """Send it and wait for what is shown."""

    def send() -> dict[str, str]:
        answer = agent.stand.send_interaction(payload)
        assert answer.status_code == 200, answer.status_code
        return {"failure": ""}

    return agent.waits_for(send)


@pytest.mark.parametrize("action", ["unknown", "", "portal:old", "run", "copy_link2"])
def test_a_button_of_an_older_version_says_so(agent: Person, stand: Stand, action: str) -> None:
    payload = interaction(stand, "block_actions", actions=pressed(action, "x"))
    assert "earlier version" in answer_to(agent, payload).words


@pytest.mark.parametrize(
    "line", ["", "frobnicate", "home", "cancel sub_1 nonsense:1", "x" * 2000, "switch a"]
)
def test_a_button_whose_command_is_none_is_answered(agent: Person, stand: Stand, line: str) -> None:
    answer = answer_to(agent, interaction(stand, "block_actions", actions=pressed("run:x", line)))
    assert answer.words.strip()
    assert "our fault" not in answer.words


def test_an_unknown_shortcut_is_answered(agent: Person, stand: Stand) -> None:
    payload = interaction(stand, "message_action", callback_id="older", message={"ts": "1.0", "text": "x"})
    assert "earlier version" in answer_to(agent, payload).words


def test_an_unknown_window_closes(stand: Stand) -> None:
    view = {"type": "modal", "callback_id": "older", "state": {"values": {}}, "private_metadata": "junk"}
    answer = stand.send_interaction(interaction(stand, "view_submission", view=view))
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.parametrize("callback", ["billing_help", "reason"])
@pytest.mark.parametrize("metadata", ["junk", "[]", '{"line": 1}', '{"references": {}}', "{" * 3000])
def test_a_window_that_lost_its_memory_is_refused_visibly(stand: Stand, callback: str, metadata: str) -> None:
    view = {"type": "modal", "callback_id": callback, "state": {"values": {}}, "private_metadata": metadata}
    assert stand.send_interaction(interaction(stand, "view_submission", view=view)).status_code == 400


def test_a_menu_that_asks_for_options_gets_none(stand: Stand) -> None:
    payload = interaction(stand, "block_suggestion", action_id="x", block_id="b", value="a")
    assert stand.send_interaction(payload).json() == {"options": []}


def test_a_closed_window_is_no_error(stand: Stand) -> None:
    payload = interaction(stand, "view_closed", view={"type": "modal", "callback_id": "reason"})
    assert stand.send_interaction(payload).status_code in {200, 404}


def test_a_trigger_that_was_used_already_is_explained(agent: Person, stand: Stand) -> None:
    link = agent.asks("home jenny@example.com")
    payload = interaction(
        stand, "block_actions", actions=pressed("copy_link", link.button("Copy")[1]["value"])
    )
    stand.on_loop(lambda: stand.sandbox.slack.parts.triggers.exchange(payload["trigger_id"]))
    assert "gave up waiting" in answer_to(agent, payload).words


def test_an_unknown_trigger_is_explained(agent: Person, stand: Stand) -> None:
    payload = interaction(stand, "block_actions", actions=pressed("copy_link", "bps_1")) | {
        "trigger_id": "1.2.3"
    }
    assert "window" in answer_to(agent, payload).words


def test_an_old_link_cannot_be_copied_any_more(agent: Person, stand: Stand) -> None:
    payload = interaction(stand, "block_actions", actions=pressed("copy_link", "bps_forgotten"))
    assert stand.send_interaction(payload).status_code == 200
    assert "no longer be copied" in agent.window().words
