"""The requests Slack makes to an app, field for field.

Shapes follow the samples in slackapi/java-slack-sdk (json-logs/samples/app-backend) and
https://docs.slack.dev/reference/interaction-payloads.
"""

import secrets

from sandbox.slack.model import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Channel,
    Json,
    Message,
    User,
)


def slash_command(
    user: User, channel: Channel, command: str, text: str, trigger_id: str, response_url: str
) -> Json:
    """Return the form fields of a slash command. There is no `thread_ts`: it cannot run in threads."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def _interaction(kind: str, user: User, trigger_id: str | None) -> Json:
    payload: Json = {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if trigger_id is not None:
        payload["trigger_id"] = trigger_id
    return payload


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name}


def message_click(
    user: User,
    channel: Channel,
    message: Message,
    action: Json,
    state: Json,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Return `block_actions` for a message. An ephemeral one has a container and no `message`."""
    ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction("block_actions", user, trigger_id) | {
        "container": container,
        "channel": _channel(channel),
        "state": {"values": state},
        "response_url": response_url,
        "actions": [action],
    }
    if not ephemeral:
        payload["message"] = message.to_slack()
    return payload


def view_click(user: User, view: Json, action: Json, trigger_id: str) -> Json:
    """Return `block_actions` for a modal or the home tab."""
    return _interaction("block_actions", user, trigger_id) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def view_submission(user: User, view: Json, trigger_id: str) -> Json:
    """Return what a modal's submit button sends."""
    return _interaction("view_submission", user, trigger_id) | {"view": view, "response_urls": []}


def view_closed(user: User, view: Json, *, is_cleared: bool) -> Json:
    """Return what closing a modal sends when it asked for it with `notify_on_close`."""
    return _interaction("view_closed", user, None) | {"view": view, "is_cleared": is_cleared}


def message_shortcut(
    user: User, channel: Channel, message: Message, callback_id: str, trigger_id: str, response_url: str
) -> Json:
    """Return what the message menu sends."""
    return _interaction("message_action", user, trigger_id) | {
        "action_ts": message.ts,
        "callback_id": callback_id,
        "channel": _channel(channel),
        "response_url": response_url,
        "message_ts": message.ts,
        "message": message.to_slack(),
    }


def global_shortcut(user: User, callback_id: str, trigger_id: str, action_ts: str) -> Json:
    """Return what an entry of the shortcuts menu sends: there is no channel and no response_url."""
    facts = {"callback_id": callback_id, "action_ts": action_ts}
    return _interaction("shortcut", user, trigger_id) | facts


def block_suggestion(user: User, view: Json, block_id: str, action_id: str, typed: str) -> Json:
    """Return what a menu that loads its options asks; `typed` is what stands in it so far."""
    return _interaction("block_suggestion", user, None) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
    }


def event(inner: Json, event_time: int) -> Json:
    """Wrap an event as the Events API does."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": event_time,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def app_home_opened(user: User, channel: Channel, tab: str, view: Json | None, now: float) -> Json:
    """Return the event for a click on the app's home or messages tab."""
    inner: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": f"{now:.6f}",
    }
    if view is not None:
        inner["view"] = view
    return event(inner, int(now))


def url_verification(challenge: str) -> Json:
    """Return the question Slack asks when the request URL is entered."""
    return {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}


def view_json(view_id: str, definition: Json, state: Json, facts: Json) -> Json:
    """Return a stored view the way payloads and `views.*` answers show it."""
    return {
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "close": None,
        "submit": None,
        "title": {"type": "plain_text", "text": "View Title", "emoji": True},
        **definition,
        "state": {"values": state},
        **facts,
    }
