"""Reads Slack's events about people into a `SlackRequest`: the App Home was opened, something was said.

Every reader raises pydantic's ValidationError when an event has another shape.
"""

import re
from collections.abc import Mapping

from pydantic import BaseModel

from bot.handlers.requests import Body, Id, request_key
from bot.slack.request import Place, SlackRequest

_MENTION = re.compile(r"^\s*<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")


class _Event(BaseModel):
    user: Id
    tab: str = ""


class _Callback(BaseModel):
    team_id: str | None = None
    enterprise_id: str | None = None
    event: _Event


def read_home_opened(body: Body) -> SlackRequest:
    """Read the event `app_home_opened`; `text` is the tab that was opened."""
    seen = _Callback.model_validate(body)
    place, organization = Place(seen.event.user), seen.enterprise_id or ""
    return SlackRequest(place, seen.team_id or "", seen.event.tab, organization=organization)


class _Said(_Event):
    """A message event; one of an app, or one that tells of a change, has `bot_id` or `subtype`."""

    channel: Id
    text: str = ""
    ts: str = ""
    thread_ts: str | None = None
    user_team: str | None = None


class _SaidCallback(_Callback):
    event: _Said


async def is_said_by_person(body: Body) -> bool:
    """Return whether a message event is what a person wrote, and not what an app did or what was changed.

    Bolt wants it asynchronous.
    """
    event = body.get("event")
    return isinstance(event, Mapping) and not event.get("bot_id") and not event.get("subtype")


def read_said(body: Body) -> SlackRequest:
    """Read a mention of the bot or a direct message; `text` is what was written, without the mention.

    In a thread the answer goes into it, else beside the message.
    """
    seen = _SaidCallback.model_validate(body)
    said = seen.event
    text = _MENTION.sub("", said.text, count=1).strip()
    place = Place(said.user, said.channel, said.thread_ts)
    team = said.user_team or seen.team_id or ""
    key = request_key("said", said.channel, said.ts, said.user)
    return SlackRequest(place, team, text, "", key, organization=seen.enterprise_id or "")
