"""The Slack app manifest: printed, checked in, and in step with the code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.commands.verbs import ANYWHERE_CALLBACK, PAGE_CALLBACK, SHORTCUT_CALLBACK
from bot.slack.manifest import BOT_EVENTS, BOT_SCOPES, OPTIONAL_SCOPES

ROOT = Path(__file__).parents[2]
ADDRESS = "https://portalbot.example.com"


def printed(*arguments: str) -> str:
    ran = CliRunner().invoke(cli, ["manifest", *arguments])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_the_checked_in_manifest_is_what_the_command_prints() -> None:
    assert json.loads((ROOT / "manifest.json").read_text()) == json.loads(printed("--url", ADDRESS))


def test_every_address_of_the_manifest_is_the_one_entrance() -> None:
    made = json.loads(printed("--url", f"{ADDRESS}/"))
    entrance = f"{ADDRESS}/slack/events"
    assert made["features"]["slash_commands"][0]["url"] == entrance
    assert made["settings"]["event_subscriptions"]["request_url"] == entrance
    assert made["settings"]["interactivity"] == {
        "is_enabled": True, "request_url": entrance, "message_menu_options_url": entrance
    }  # fmt: skip


def test_the_manifest_has_the_command_and_the_shortcut_the_code_listens_to() -> None:
    made = json.loads(printed("--url", ADDRESS))
    assert [each["command"] for each in made["features"]["slash_commands"]] == ["/portal"]
    shortcuts = {each["callback_id"]: each["type"] for each in made["features"]["shortcuts"]}
    assert shortcuts == {ANYWHERE_CALLBACK: "global", SHORTCUT_CALLBACK: "message", PAGE_CALLBACK: "message"}
    assert [*shortcuts] == ["billing_help_anywhere", "billing_help", "page_on_call"]
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(BOT_EVENTS)


def test_an_optional_scope_is_asked_for_like_the_others_as_slack_wants_it() -> None:
    scopes = json.loads(printed("--url", ADDRESS))["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) == set(OPTIONAL_SCOPES)
    assert set(scopes["bot"]) == set(BOT_SCOPES) | set(OPTIONAL_SCOPES)
    assert not set(BOT_SCOPES) & set(OPTIONAL_SCOPES)


def test_with_socket_mode_no_address_is_asked_for_and_none_stands_in_it() -> None:
    made = json.loads(printed("--socket-mode"))
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(made["settings"]) + json.dumps(made["features"])
    asked = CliRunner().invoke(cli, ["manifest"])
    assert asked.exit_code != 0
    assert "--socket-mode" in asked.output


def test_commands_can_be_typed_in_the_bots_own_direct_message() -> None:
    app_home = json.loads(printed("--url", ADDRESS))["features"]["app_home"]
    assert app_home == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False
    }  # fmt: skip


def test_the_manifest_keeps_to_slacks_lengths() -> None:
    made = json.loads(printed("--url", ADDRESS))
    shown = made["display_information"]
    assert 1 <= len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    (command,), shortcuts = made["features"]["slash_commands"], made["features"]["shortcuts"]
    assert len(command["usage_hint"]) <= 1000
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in shortcuts)


def test_socket_mode_needs_no_address() -> None:
    made = json.loads(printed("--url", ADDRESS, "--socket-mode"))
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(made)


@pytest.mark.parametrize(
    "url", ["http://portalbot.example.com", "portalbot.example.com", "https://", "ftp://x.example"]
)
def test_an_address_slack_cannot_reach_is_refused(url: str) -> None:
    ran = CliRunner().invoke(cli, ["manifest", "--url", url])
    assert ran.exit_code == 2
    assert ran.stdout == ""


def test_another_command_name_is_in_the_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_COMMAND", "/billing")
    made = json.loads(printed("--url", ADDRESS))
    assert made["features"]["slash_commands"][0]["command"] == "/billing"
    assert "/portal " not in json.dumps(made)
