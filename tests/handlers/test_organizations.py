"""Who belongs to us: people of the workspace and of its organization; no guests, no bots, nobody else."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.slack.web_api import METHODS
from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.stand import Stand, open_stand

OURS = {"id": "E0OURS", "name": "Our organization"}


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A bot in a workspace of an organization."""
    real = METHODS["auth.test"]

    def auth_test(parts: Any, fields: Any) -> dict[str, Any]:
        return real(parts, fields) | {"enterprise_id": "E0OURS"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, "auth.test", auth_test)
        with open_stand(tmp_path_factory.mktemp("organization")) as stand:
            yield stand


def pressed(stand: Stand, user: dict[str, str], **more: Any) -> dict[str, Any]:
    """A pressed button, in the shape Slack sends from a workspace of an organization."""
    parts = stand.sandbox.slack.parts
    return {
        "type": "block_actions",
        "user": {"username": "p", "name": "p", **user},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": SUPPORT, "is_ephemeral": True},
        "trigger_id": "1795741586834857506.1",
        "is_enterprise_install": False,
        "channel": {"id": SUPPORT, "name": "support"},
        "state": {"values": {}},
        "response_url": stand.on_loop(lambda: parts.response_urls.issue(AGENT, SUPPORT)),
        "actions": [
            {"type": "button", "action_id": "run:home", "block_id": "b", "value": "home jenny@example.com"}
        ],
        **more,
    }


def answered(agent: Person, payload: dict[str, Any]) -> str:
    def press() -> dict[str, str]:
        assert agent.stand.send_interaction(payload).status_code == 200
        return {"failure": ""}

    return agent.waits_for(press).words


@pytest.mark.parametrize("more", [
    {"team": {"id": "T0SANDBOX", "enterprise_id": "E0OURS"}, "enterprise": OURS},
    {"team": {"id": "T0SISTER", "enterprise_id": "E0OURS"}, "enterprise": None},
    {"team": None, "enterprise": OURS, "is_enterprise_install": True},
])  # fmt: skip
def test_a_member_of_a_sister_workspace_counts_as_ours(
    agent: Person, stand: Stand, more: dict[str, Any]
) -> None:
    assert "Expires" in answered(agent, pressed(stand, {"id": AGENT, "team_id": "T0SISTER"}, **more)).title()


@pytest.mark.parametrize("more", [
    {"team": {"id": "T0THEIRS", "enterprise_id": "E0THEIRS"}, "enterprise": {"id": "E0THEIRS", "name": "x"}},
    {"team": {"id": "T0THEIRS"}, "enterprise": None},
])  # fmt: skip
def test_a_stranger_in_a_shared_channel_is_refused(agent: Person, stand: Stand, more: dict[str, Any]) -> None:
    payload = pressed(stand, {"id": AGENT, "team_id": "T0THEIRS"}, **more)
    assert "full members" in answered(agent, payload)


@pytest.mark.parametrize("kind", ["is_guest", "is_bot"])
def test_a_guest_or_a_bot_is_refused_also_when_listed(stand: Stand, kind: str) -> None:
    users = stand.sandbox.slack.parts.workspace.users
    person = replace(users[AGENT], id="U0GUEST", is_guest=kind == "is_guest", is_bot=kind == "is_bot")
    stand.on_loop(lambda: users.update({"U0GUEST": person}))
    direct = replace(stand.sandbox.slack.parts.workspace.channels["D0ALEX"], id="D0GUEST")
    channels = stand.sandbox.slack.parts.workspace.channels
    stand.on_loop(lambda: channels.update({"D0GUEST": direct}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.slack.people.KEPT_SECONDS", 0)
        url = stand.on_loop(lambda: stand.sandbox.slack.parts.response_urls.issue("U0GUEST", SUPPORT))
        guest = stand.person("U0GUEST")

        def send() -> dict[str, str]:
            sent = stand.send_command("home jenny@example.com", user_id="U0GUEST", response_url=url)
            assert sent.status_code == 200
            return {"failure": ""}

        assert "full members" in guest.waits_for(send).words
