"""What Slack sends, in the shapes of its documentation and of recorded requests.

From a workspace by itself, from one of an organization (Enterprise Grid), and to an app that is installed for
a whole organization.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from tests.stand.person import AGENT, SUPPORT
from tests.stand.signing import interaction_form
from tests.stand.stand import Reached

Json = dict[str, Any]
ORGANIZATION = {"id": "E0OURS", "name": "Our organization"}
PLAIN, WORKSPACE, ORG_WIDE = "plain", "workspace of an organization", "installed for an organization"
TEAM, DOMAIN, APP = "T0SANDBOX", "sandbox", "A0PORTALBOT"


def _organization(kind: str) -> Json:
    team: Json | None = {"id": TEAM, "domain": DOMAIN}
    if kind == WORKSPACE:
        team = {**(team or {}), "enterprise_id": ORGANIZATION["id"], "enterprise_name": ORGANIZATION["name"]}
    return {
        "team": None if kind == ORG_WIDE else team,
        "enterprise": None if kind == PLAIN else ORGANIZATION,
        "is_enterprise_install": kind == ORG_WIDE,
    }


def command(stand: Reached, kind: str, text: str, **more: str) -> bytes:
    """A slash command, typed in a channel unless told otherwise."""
    of_organization = {"enterprise_id": ORGANIZATION["id"], "enterprise_name": ORGANIZATION["name"]}
    form = {
        "token": "verification", "team_id": TEAM, "team_domain": DOMAIN, "channel_id": SUPPORT,
        "channel_name": "support", "user_id": AGENT, "user_name": "alex", "command": "/portal", "text": text,
        "api_app_id": APP, "is_enterprise_install": str(kind == ORG_WIDE).lower(),
        "response_url": _response_url(stand), "trigger_id": _trigger(stand),
        **({} if kind == PLAIN else of_organization), **more,
    }  # fmt: skip
    return urlencode(form).encode()


def interaction(stand: Reached, kind: str, what: str, **more: Any) -> bytes:
    """What somebody does with a message, a window or a shortcut; `what` is its type."""
    user = {"id": AGENT, "username": "alex", "name": "alex", "team_id": TEAM}
    payload = {
        "type": what, "user": user, "api_app_id": APP, "token": "verification",
        "trigger_id": _trigger(stand), **_organization(kind), **more,
    }  # fmt: skip
    return interaction_form(payload)


def in_message(stand: Reached, *, ephemeral: bool) -> Json:
    """Where a button of a message stands; Slack repeats the message unless one person alone sees it."""
    container = {
        "type": "message", "message_ts": "1700000000.000100", "channel_id": SUPPORT, "is_ephemeral": ephemeral
    }  # fmt: skip
    section = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "jenny@example.com"}}
    message = {
        "type": "message", "subtype": "bot_message", "ts": "1700000000.000100", "bot_id": "B0PORTALBOT",
        "app_id": APP, "text": "", "blocks": [section],
    }  # fmt: skip
    place = {"container": container, "channel": {"id": SUPPORT, "name": "support"}, "state": {"values": {}}}
    return place | {"response_url": _response_url(stand)} | ({} if ephemeral else {"message": message})


def in_view(kind: str, what: str = "modal", **more: Any) -> Json:
    """Where something in a window or in the App Home stands."""
    view = {
        "id": "V0WINDOW", "team_id": TEAM, "app_id": APP, "type": what, "bot_id": "B0PORTALBOT",
        "app_installed_team_id": ORGANIZATION["id"] if kind == ORG_WIDE else TEAM, "private_metadata": "",
        "callback_id": "", "external_id": "", "hash": "1.a", "root_view_id": "V0WINDOW",
        "previous_view_id": None, "clear_on_close": False, "notify_on_close": False, "submit": None,
        "close": None, "title": {"type": "plain_text", "text": "x", "emoji": True}, "blocks": [],
        "state": {"values": {}}, **more,
    }  # fmt: skip
    return {"view": view, "container": {"type": "view", "view_id": "V0WINDOW"}}


def action(kind: str, action_id: str, **more: Any) -> Json:
    """What was pressed or chosen."""
    pressed = {"type": kind, "action_id": action_id, "block_id": "b", "action_ts": "1700000001.000200"}
    return {"actions": [pressed | more]}


def event(kind: str, inner: Mapping[str, Any], **more: Any) -> bytes:
    """What the Events API sends."""
    organization = None if kind == PLAIN else ORGANIZATION["id"]
    authorization = {
        "enterprise_id": organization, "team_id": None if kind == ORG_WIDE else TEAM,
        "user_id": "U0PORTALBOT", "is_bot": True, "is_enterprise_install": kind == ORG_WIDE,
    }  # fmt: skip
    payload = {
        "token": "verification", "team_id": TEAM, "enterprise_id": organization, "api_app_id": APP,
        "context_team_id": TEAM, "context_enterprise_id": organization, "event": inner,
        "type": "event_callback", "event_id": "Ev0", "event_time": 1700000000,
        "authorizations": [authorization], "is_ext_shared_channel": False, "event_context": "4-x", **more,
    }  # fmt: skip
    return json.dumps({name: value for name, value in payload.items() if value is not None}).encode()


def _response_url(stand: Reached) -> str:
    issue: Callable[[], str] = lambda: stand.sandbox.slack.parts.response_urls.issue(AGENT, SUPPORT)  # noqa: E731
    return stand.on_loop(issue)


def _trigger(stand: Reached) -> str:
    issue: Callable[[], str] = lambda: stand.sandbox.slack.parts.triggers.issue(AGENT)  # noqa: E731
    return stand.on_loop(issue)
