"""What Slack sends, read into one small shape.

The payloads are signed, so their fields can be trusted to come from Slack; what people typed in them cannot.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer belongs: to whom, in which conversation, and through which address.

    `replaces` is true when the answer takes the place of the message whose button was pressed.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One thing a person did in Slack. `key` is the same when the very same request arrives again."""

    place: Place
    team: str
    text: str
    trigger: str
    key: str


class _Named(BaseModel):
    id: str


class _CommandForm(BaseModel):
    user_id: str
    team_id: str = ""
    channel_id: str | None = None
    text: str = ""
    response_url: str | None = None
    trigger_id: str = ""


class _Message(BaseModel):
    ts: str | None = None
    thread_ts: str | None = None
    text: str | None = None


class _Container(BaseModel):
    thread_ts: str | None = None
    is_ephemeral: bool = False


class _Option(BaseModel):
    value: str = ""


class _Action(BaseModel):
    action_id: str = ""
    value: str | None = None
    selected_option: _Option | None = None


class _Interaction(BaseModel):
    user: _Named
    team: _Named | None = None
    channel: _Named | None = None
    container: _Container = Field(default_factory=_Container)
    message: _Message | None = None
    actions: list[_Action] = Field(default_factory=list)
    response_url: str | None = None
    trigger_id: str = ""


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read_slash_command(body: Body) -> SlackRequest:
    """Read a slash command's form."""
    form = _CommandForm.model_validate(body)
    place = Place(form.user_id, form.channel_id, None, form.response_url)
    key = _key("command", form.trigger_id, form.user_id, form.text)
    return SlackRequest(place, form.team_id, form.text, form.trigger_id, key)


def read_interaction(body: Body, *, text: str | None = None) -> SlackRequest:
    """Read a pressed button, a chosen option or a message shortcut.

    `text` is the button's value (a command line) unless given; a message shortcut's is the message's text.
    """
    seen = _Interaction.model_validate(body)
    action = seen.actions[0] if seen.actions else _Action()
    chosen = action.selected_option.value if action.selected_option else action.value
    message = seen.message or _Message()
    text = text if text is not None else (chosen if seen.actions else message.text) or ""
    place = Place(
        user=seen.user.id,
        channel=seen.channel.id if seen.channel else None,
        thread=seen.container.thread_ts or message.thread_ts,
        response_url=seen.response_url,
        replaces=bool(seen.actions) and seen.response_url is not None,
    )
    key = _key("interaction", seen.trigger_id, place.user, text)
    return SlackRequest(place, seen.team.id if seen.team else "", text, seen.trigger_id, key)


def thread_of(body: Body) -> str | None:
    """The thread a message shortcut was used in: the message's own time stamp starts one."""
    message = _Interaction.model_validate(body).message
    return (message.thread_ts or message.ts) if message else None
