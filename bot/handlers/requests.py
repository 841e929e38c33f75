"""What Slack sends, read into one small shape.

The payloads are signed, so their fields can be trusted to come from Slack; what people typed in them cannot.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, Field

from bot.handlers.filled_in import Option, View
from bot.slack.request import Place, SlackRequest

Body = Mapping[str, Any]


Id = Annotated[str, Field(min_length=1)]


class _Named(BaseModel):
    id: Id


class User(BaseModel):
    """Who did it."""

    id: Id
    team_id: str = ""


class _CommandForm(BaseModel):
    user_id: Id
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


class _Action(BaseModel):
    block_id: str = ""
    value: str | None = None
    selected_option: Option | None = None
    selected_user: str | None = None


class _Interaction(BaseModel):
    user: User
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
    # The form's team is the channel's, and only members of a workspace can use its commands.
    return SlackRequest(place, "", form.text, form.trigger_id, key)


def read_interaction(body: Body) -> SlackRequest:
    """Read a pressed button or a chosen option; `text` is its value, a command line or a user's id."""
    seen = _Interaction.model_validate(body)
    action = seen.actions[0] if seen.actions else _Action()
    chosen = action.selected_option.value if action.selected_option else action.value
    message = seen.message or _Message()
    text = chosen or action.selected_user or ""
    place = Place(
        user=seen.user.id,
        channel=seen.channel.id if seen.channel else None,
        thread=seen.container.thread_ts or message.thread_ts,
        response_url=seen.response_url,
        replaces=bool(seen.actions) and seen.response_url is not None,
    )
    key = _key("interaction", seen.trigger_id, place.user, text)
    return SlackRequest(place, seen.user.team_id, text, seen.trigger_id, key)


def read_beside(body: Body) -> SlackRequest:
    """Read a button of a message that everybody sees: the answer is shown beside it, to one person."""
    request = read_interaction(body)
    return replace(request, place=replace(request.place, replaces=False))


def read_alert_action(body: Body) -> SlackRequest:
    """Read what was pressed on an alert; `text` is `<alert> <action>[:<value>]`."""
    request = read_beside(body)
    seen = _Interaction.model_validate(body)
    action = seen.actions[0] if seen.actions else _Action()
    chosen = f"assign:{action.selected_user}" if action.selected_user else request.text
    return replace(request, text=f"{action.block_id.removeprefix('alert:')} {chosen}")


class ViewState(BaseModel):
    """What a modal carries in `private_metadata`: where its answer belongs and the command so far.

    Clients can read it, so it holds ids only.
    """

    line: str = ""
    references: list[str] = Field(default_factory=list)
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    replaces: bool = False

    @classmethod
    def of(cls, request: SlackRequest, *, line: str = "", references: list[str] | None = None) -> "ViewState":
        """Remember where the request came from."""
        place = request.place
        return cls(
            line=line,
            references=references or [],
            channel=place.channel,
            thread=place.thread,
            response_url=place.response_url,
            replaces=place.replaces,
        )

    def write(self) -> str:
        """Write it for `private_metadata` (at most 3000 characters)."""
        return self.model_dump_json(exclude_defaults=True)


class _Submission(BaseModel):
    user: User
    view: View
    trigger_id: str = ""


def read_submission(body: Body) -> SlackRequest:
    """Read a submitted modal; `text` is its view_state as JSON, see `view_state_of`."""
    seen = _Submission.model_validate(body)
    view_state = ViewState.model_validate_json(seen.view.private_metadata or "{}")
    place = Place(
        seen.user.id, view_state.channel, view_state.thread, view_state.response_url, view_state.replaces
    )
    fields = seen.view.fields
    key = _key(
        "submission", seen.trigger_id, seen.user.id, seen.view.private_metadata, str(sorted(fields.items()))
    )
    return SlackRequest(place, seen.user.team_id, view_state.write(), seen.trigger_id, key, fields)


def view_state_of(request: SlackRequest) -> ViewState:
    """The view_state of a submitted modal."""
    return ViewState.model_validate_json(request.text)


class _Event(BaseModel):
    user: Id
    tab: str = ""


class _EventCallback(BaseModel):
    team_id: str = ""
    event: _Event


def read_home_opened(body: Body) -> SlackRequest:
    """Read `app_home_opened`; `text` is the tab that was opened."""
    seen = _EventCallback.model_validate(body)
    return SlackRequest(Place(seen.event.user), seen.team_id, seen.event.tab, "", "")


def read_shortcut(body: Body) -> SlackRequest:
    """Read a message shortcut: `text` is the message's text, the answer belongs into its thread."""
    seen = _Interaction.model_validate(body)
    message = seen.message or _Message()
    channel = seen.channel.id if seen.channel else None
    place = Place(seen.user.id, channel, message.thread_ts or message.ts, seen.response_url)
    return SlackRequest(place, seen.user.team_id, message.text or "", seen.trigger_id, "")
