"""Who may do what is decided for every command and again for every click; unknown means no."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.stand.person import AGENT, LEAD, ONCALL, STRANGER, SUPPORT, Person
from tests.stand.stand import GENEROUS, Stand, open_stand

ROLES = f'{GENEROUS}[roles]\ncancel = "lead"\npause = ["U0SAM"]\n'


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand where cancelling is for leads, and which forgets at once who is in a group."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.group_members.REMEMBER_SECONDS", 0)
        with open_stand(tmp_path_factory.mktemp("roles"), ROLES) as stand:
            yield stand


def members(stand: Stand, group: str, *users: str) -> None:
    """Change who is in a user group."""
    groups = stand.sandbox.slack.parts.workspace.groups
    stand.on_loop(lambda: groups.update({group: replace(groups[group], members=users)}))


def is_refused(stand: Stand, person: Person, text: str) -> bool:
    """Whether the command is refused for who asks, and Stripe was not asked anything."""
    calls = len(stand.stripe_calls())
    person.asks(text)
    entry = stand.audit()[0]
    refused = entry.code in {"not_agent", "not_lead", "not_a_member", "roles_unknown"}
    assert not refused or len(stand.stripe_calls()) == calls
    assert entry.actor == person.user
    assert not refused or entry.outcome == "refused"
    return refused


@pytest.mark.parametrize(("user", "text", "allowed"), [
    (AGENT, "home jenny@example.com", True), (LEAD, "home jenny@example.com", True),
    (STRANGER, "home jenny@example.com", False), (STRANGER, "jenny@example.com", False),
    (ONCALL, "home jenny@example.com", False), (AGENT, "cancel jenny@example.com", False),
    (LEAD, "cancel jenny@example.com", True), (ONCALL, "pause jenny@example.com", True),
    (AGENT, "pause jenny@example.com", False),
])  # fmt: skip
def test_roles_decide_who_gets_a_link(stand: Stand, user: str, text: str, allowed: bool) -> None:
    assert is_refused(stand, stand.person(user), text) is not allowed


@pytest.mark.parametrize("text", ["history", "doctor", "why jenny@example.com", "config"])
def test_strangers_get_nothing_else_either(stand: Stand, text: str) -> None:
    calls = len(stand.stripe_calls())
    assert "customer support" in stand.person(STRANGER).asks(text).words
    assert len(stand.stripe_calls()) == calls


def test_help_is_for_everybody(stand: Stand) -> None:
    assert "What you can type" in stand.person(STRANGER).asks("help").words


def test_a_stranger_learns_whom_to_ask_but_no_group_id(stand: Stand) -> None:
    words = stand.person(STRANGER).asks("home jenny@example.com").words
    assert "S0AGENTS" not in words


def test_who_leaves_the_group_between_card_and_click_gets_no_link(agent: Person, stand: Stand) -> None:
    card = agent.asks("jenny@example.com")
    members(stand, "S0AGENTS", LEAD)
    answer = agent.presses(card, "Full portal")
    assert "customer support" in answer.words
    assert stand.audit()[0].outcome == "refused"


def test_who_joins_the_group_may_after_its_memory_has_run_out(stand: Stand) -> None:
    stranger = stand.person(STRANGER)
    assert is_refused(stand, stranger, "home jenny@example.com")
    members(stand, "S0AGENTS", AGENT, STRANGER)
    assert not is_refused(stand, stranger, "home jenny@example.com")


@pytest.mark.parametrize("kind", ["500", "down", "ratelimited"])
def test_while_slack_does_not_say_who_is_an_agent_the_answer_is_no(
    agent: Person, stand: Stand, kind: str
) -> None:
    stand.fault("slack", kind, match="usergroups.*")
    assert is_refused(stand, agent, "home jenny@example.com")
    assert stand.audit()[0].code == "roles_unknown"


def test_a_button_pressed_from_another_workspace_is_refused(stand: Stand) -> None:
    parts = stand.sandbox.slack.parts
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": AGENT, "team_id": "T0OTHER"},
        "channel": {"id": SUPPORT},
        "trigger_id": "1.2.3",
        "response_url": stand.on_loop(lambda: parts.response_urls.issue(AGENT, SUPPORT)),
        "actions": [
            {"type": "button", "action_id": "run:home", "block_id": "b", "value": "home jenny@example.com"}
        ],
    }
    agent, calls = stand.person(), len(stand.stripe_calls())

    def press() -> dict[str, str]:
        assert stand.send_interaction(payload).status_code == 200
        return {"failure": ""}

    assert "full members" in agent.waits_for(press).words
    assert len(stand.stripe_calls()) == calls
