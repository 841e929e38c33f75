"""Who and what there is: auth.test, users, user groups, conversations."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.slack.drafts import RefusedError
from sandbox.slack.model import BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, Channel, Json, User
from sandbox.slack.parts import Parts


def auth_test(_parts: Parts, _fields: Json) -> Json:
    """auth.test: who the token is."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": "portalbot",
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def auth_teams(_parts: Parts, _fields: Json) -> Json:
    """auth.teams.list: the workspaces that an app of a whole organization is in."""
    return {"teams": [{"id": TEAM_ID, "name": TEAM_NAME}], "response_metadata": {"next_cursor": ""}}


def _user(user: User, now: float) -> Json:
    try:
        offset = datetime.fromtimestamp(now, ZoneInfo(user.tz)).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "deleted": False,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_bot": user.is_bot,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": False,
        "is_app_user": user.is_bot,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "title": user.title,
            "email": user.email,
        },
    }


def users_info(parts: Parts, fields: Json) -> Json:
    """users.info: one person."""
    user = parts.workspace.users.get(str(fields.get("user") or ""))
    if user is None:
        raise RefusedError("user_not_found")
    locale = {"locale": user.locale} if fields.get("include_locale") in {True, "true", "1"} else {}
    return {"user": _user(user, parts.clock()) | locale}


def users_list(parts: Parts, _fields: Json) -> Json:
    """users.list, all on one page."""
    members = [_user(user, parts.clock()) for user in parts.workspace.users.values()]
    return {"members": members, "response_metadata": {"next_cursor": ""}}


def usergroup_users(parts: Parts, fields: Json) -> Json:
    """usergroups.users.list: who is in a group."""
    group = parts.workspace.groups.get(str(fields.get("usergroup") or ""))
    if group is None:
        raise RefusedError("no_such_subteam")
    return {"users": list(group.members)}


def usergroup_update(parts: Parts, fields: Json) -> Json:
    """usergroups.users.update: who is in a group from now on; Slack takes no empty list."""
    group = parts.workspace.groups.get(str(fields.get("usergroup") or ""))
    if group is None:
        raise RefusedError("no_such_subteam")
    given = fields.get("users") or ""
    users = tuple(given if isinstance(given, list) else filter(None, str(given).split(",")))
    if not users:
        raise RefusedError("no_users_provided")
    if any(user not in parts.workspace.users for user in users):
        raise RefusedError("invalid_users")
    changed = replace(group, members=users)
    parts.workspace.groups[group.id] = changed
    return {"usergroup": {"id": changed.id, "handle": changed.handle, "users": list(changed.members)}}


def usergroups(parts: Parts, _fields: Json) -> Json:
    """usergroups.list: every group."""
    shown = [{"id": g.id, "handle": g.handle, "name": g.name} for g in parts.workspace.groups.values()]
    return {"usergroups": shown}


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.is_public,
        "is_im": channel.is_im,
        "is_private": channel.is_im,
        "is_member": BOT_USER in channel.members,
        "is_archived": False,
        "is_ext_shared": False,
        "is_shared": False,
        "topic": {"value": channel.topic},
        "num_members": len(channel.members),
    }


def conversation_info(parts: Parts, fields: Json) -> Json:
    """conversations.info: one channel."""
    channel = parts.workspace.channels.get(str(fields.get("channel") or ""))
    if channel is None:
        raise RefusedError("channel_not_found")
    return {"channel": _channel(channel)}


def conversation_list(parts: Parts, _fields: Json) -> Json:
    """conversations.list, all on one page."""
    shown = [_channel(channel) for channel in parts.workspace.channels.values() if channel.is_public]
    return {"channels": shown, "response_metadata": {"next_cursor": ""}}


def conversation_open(parts: Parts, fields: Json) -> Json:
    """conversations.open: the direct messages with one person."""
    wanted = fields.get("users") or ""
    users = wanted if isinstance(wanted, list) else str(wanted).split(",")
    channel = parts.workspace.direct_channel(users[0]) if len(users) == 1 else None
    if channel is None:
        raise RefusedError("user_not_found")
    return {"channel": {"id": channel.id}, "already_open": True}
