"""The Slack app manifest, made from the same registry as the help and the handlers.

Format: slackapi/manifest-schema 1.0.0. Only the scopes that something here uses.
"""

from typing import Any
from urllib.parse import urlsplit

from bot.commands.verbs import SHORTCUT_CALLBACK
from bot.errors import BadUsage
from bot.words import Words

BOT_SCOPES = {
    "commands": "the slash command and the message shortcut",
    "chat:write": "answers when the response address has expired, in the channel or by direct message",
}
OPTIONAL_SCOPES = {
    "channels:history": "looking whether an alert is there already, after an answer of Slack was lost",
    "groups:history": "the same in private channels",
    "users:read": "time zones of people on call, and their names for swaps",
    "usergroups:read": "roles by user group (SLACK_AGENTS=S…); free workspaces have none",
}
BOT_EVENTS = ("app_home_opened",)
EVENTS_PATH = "/slack/events"


def make_manifest(words: Words, *, base_url: str, command: str, socket_mode: bool = False) -> dict[str, Any]:
    """Build the manifest for an app served at `base_url`. Raises BadUsage when that is no https address."""
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.hostname:
        raise BadUsage("manifest_url", given=base_url)
    address = f"{base_url.rstrip('/')}{EVENTS_PATH}"
    say = {key: words.sentence("manifest", key, {"command": command}) for key in words.keys("manifest")}
    # Slack's manifest reference: optional scopes "must also be listed in the corresponding bot fields".
    scopes = {"bot": sorted(BOT_SCOPES | OPTIONAL_SCOPES), "bot_optional": sorted(OPTIONAL_SCOPES)}
    request_url = {} if socket_mode else {"request_url": address}
    return {
        "display_information": {
            "name": say["name"],
            "description": say["description"],
            "long_description": say["long_description"],
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": say["name"], "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "description": say["command"],
                    "usage_hint": say["hint"],
                    "should_escape": False,
                    **({} if socket_mode else {"url": address}),
                }
            ],
            "shortcuts": [
                {
                    "name": say["shortcut"],
                    "type": "message",
                    "callback_id": SHORTCUT_CALLBACK,
                    "description": say["shortcut_description"],
                }
            ],
        },
        "oauth_config": {"scopes": scopes},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
