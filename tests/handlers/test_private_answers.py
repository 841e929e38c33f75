"""A session address is shown to one person, where it goes away by itself, or not at all."""

from typing import Any

from tests.stand.person import AGENT, Person
from tests.stand.stand import Stand
from tests.stand.waiting import until

DIRECT = "D0ALEX"
ADDRESS = "/p/session/"


def permanent(stand: Stand) -> str:
    """Everything that stands in Slack for good."""
    return str([each for each in stand.messages() if each["only_for"] is None])


def shown(agent: Person) -> str:
    """What stands in the window on top."""
    return agent.window().raw if agent.has_window() else ""


def pressed_at_home(stand: Stand, line: str, **place: Any) -> dict[str, Any]:
    """A pressed button of the App Home, as Slack sends it: without channel and response address."""
    return {
        "type": "block_actions",
        "user": {"id": AGENT, "team_id": "T0SANDBOX"},
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "type": "home", **place},
        "trigger_id": stand.on_loop(lambda: stand.sandbox.slack.parts.triggers.issue(AGENT)),
        "actions": [{"type": "button", "action_id": "run:x", "block_id": "b", "value": line}],
    }


def test_a_link_from_a_direct_message_that_stays_comes_beside_it(agent: Person, stand: Stand) -> None:
    agent.asks("home jenny@example.com")
    card = agent.presses_at_home(agent.home(), "Jenny Rosen")
    assert (card.content["channel"], card.content["only_for"]) == (DIRECT, None)
    link = agent.presses(card, "Payment method")
    assert ADDRESS in link.raw
    assert link.content["only_for"] == AGENT
    assert ADDRESS not in permanent(stand)
    assert "Jenny Rosen" in permanent(stand)


def test_a_link_from_the_app_home_is_shown_in_a_window(agent: Person, stand: Stand) -> None:
    assert stand.send_interaction(pressed_at_home(stand, "home jenny@example.com")).status_code == 200
    until(lambda: ADDRESS in shown(agent), "the link in the window")
    assert ADDRESS not in str(stand.messages())
    # Going on in the window stays in the window.
    block, button = agent.window().button("Customer card")
    place = {"user": AGENT, "view": agent.window().content["id"]}
    stand.control("click", block=block, action=button["action_id"], **place)
    until(lambda: "Payment method" in shown(agent), "the card in the window")


def test_a_link_whose_window_came_too_late_is_refused_in_words(agent: Person, stand: Stand) -> None:
    payload = pressed_at_home(stand, "home jenny@example.com") | {"trigger_id": "1.2.gone"}

    def press() -> dict[str, str]:
        assert stand.send_interaction(payload).status_code == 200
        return {"failure": ""}

    refused = agent.waits_for(press)
    assert refused.words
    assert refused.content["channel"] == DIRECT
    assert ADDRESS not in str(stand.messages())
