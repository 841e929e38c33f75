"""Makes the Slack app manifest, with the texts of `messages/manifest.yaml` and the scopes the code uses.

Format: slackapi/manifest-schema 1.0.0.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.commands.verbs import ANYWHERE_CALLBACK, PAGE_CALLBACK, SHORTCUT_CALLBACK
from bot.errors import BadUsage
from bot.words import Words

# Scope → what it is needed for.
BOT_SCOPES = {
    "commands": "the slash command and the shortcuts",
    "chat:write": "answers when the response address has expired, in the channel or by direct message",
}
OPTIONAL_SCOPES = {
    "app_mentions:read": "commands in threads, as a mention of the bot",
    "im:history": "commands and help in direct messages to the bot",
    "channels:read": "whether I am in the alert channel, before an alert has to go there",
    "groups:read": "the same for private channels",
    "channels:history": "looking whether an alert is there already, after an answer of Slack was lost",
    "groups:history": "the same in private channels",
    "users:read": "time zones of people on call, and their names for swaps",
    "usergroups:read": "roles by user group (SLACK_AGENTS=S…); free workspaces have none",
}
GROUP_SCOPES = {"usergroups:write": "the group of whoever is on call (`[rotation] user_group`)"}
"""Asked for only where the settings name such a group."""
BOT_EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")
EVENTS_PATH = "/slack/events"


def make_manifest(
    words: Words, *, base_url: str | None, command: str, keeps_group: bool = False
) -> dict[str, Any]:
    """Return the manifest of an app that is reached at `base_url`; None makes one for Socket Mode.

    `command` is the slash command with its slash. With `keeps_group` the bot may change user groups. With
    Socket Mode the manifest has no addresses. Raises BadUsage("manifest_url") when `base_url` is no https
    address.
    """
    address = None if base_url is None else _events_address(base_url)
    say = {key: words.sentence("manifest", key, {"command": command}) for key in words.keys("manifest")}
    # Slack's manifest reference: optional scopes "must also be listed in the corresponding bot fields".
    optional = OPTIONAL_SCOPES | (GROUP_SCOPES if keeps_group else {})
    scopes = {"bot": sorted(BOT_SCOPES | optional), "bot_optional": sorted(optional)}
    request_url = {} if address is None else {"request_url": address}
    options_url = {} if address is None else {"message_menu_options_url": address}
    return {
        "display_information": {
            "name": say["name"],
            "description": say["description"],
            "long_description": say["long_description"],
        },
        "features": _features(say, command, {} if address is None else {"url": address}),
        "oauth_config": {"scopes": scopes},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **request_url, **options_url},
            "org_deploy_enabled": True,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def _events_address(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname:
        raise BadUsage("manifest_url", given=base_url)
    return f"{base_url.rstrip('/')}{EVENTS_PATH}"


def _features(say: Mapping[str, str], command: str, url: Mapping[str, str]) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": say["name"], "always_online": True},
        "slash_commands": [
            {
                "command": command,
                "description": say["command"],
                "usage_hint": say["hint"],
                "should_escape": False,
                **url,
            }
        ],
        "shortcuts": [
            {"name": say[name], "type": kind, "callback_id": callback, "description": say[description]}
            for name, kind, callback, description in (
                ("shortcut", "global", ANYWHERE_CALLBACK, "anywhere_description"),
                ("shortcut", "message", SHORTCUT_CALLBACK, "shortcut_description"),
                ("page_shortcut", "message", PAGE_CALLBACK, "page_shortcut_description"),
            )
        ],
    }
