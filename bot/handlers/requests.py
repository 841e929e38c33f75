"""Reads Slack's payloads into a `SlackRequest`.

The payloads are signed, so their fields come from Slack. What people typed in them is not to be trusted.
Every reader raises pydantic's ValidationError when a payload has another shape.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

from pydantic import BaseModel, Field

from bot.handlers.message_text import message_text
from bot.handlers.view_payload import Action, View
from bot.slack.request import Place, SlackRequest

Body = Mapping[str, Any]
"""A payload as Bolt hands it over: a form, or parsed JSON."""

Id = Annotated[str, Field(min_length=1)]


class _Named(BaseModel):
    id: Id


class User(BaseModel):
    """The user who sent the request."""

    id: Id
    team_id: str | None = None


class _Team(BaseModel):
    enterprise_id: str | None = None


class Sender(BaseModel):
    """The parts of a payload that say who sent it, and which organization they belong to."""

    user: User
    team: _Team | None = None
    enterprise: _Named | None = None
    trigger_id: str = ""

    @property
    def organization(self) -> str:
        """Return the id of the organization; empty outside Enterprise Grid."""
        given = self.enterprise.id if self.enterprise else self.team and self.team.enterprise_id
        return given or ""

    def request(
        self, place: Place, text: str, key: str = "", fields: Mapping[str, str] | None = None
    ) -> SlackRequest:
        """Return the request of this sender."""
        return SlackRequest(
            place,
            self.user.team_id or "",
            text,
            self.trigger_id,
            key,
            fields or {},
            organization=self.organization,
        )


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
    is_ephemeral: bool = True


class Interaction(Sender):
    """A pressed button, a chosen option or a shortcut."""

    channel: _Named | None = None
    container: _Container = Field(default_factory=_Container)
    view: View | None = None
    message: _Message = Field(default_factory=_Message)
    actions: list[Action] = Field(default_factory=list)
    response_url: str | None = None

    @property
    def action(self) -> Action:
        """Return what was pressed or chosen."""
        return self.actions[0] if self.actions else Action()


def request_key(*parts: str) -> str:
    """Return a key that is the same for each delivery of one request."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read_slash_command(body: Body) -> SlackRequest:
    """Read the form of a slash command; `text` is what was typed after the command."""
    form = _CommandForm.model_validate(body)
    place = Place(form.user_id, form.channel_id, None, form.response_url)
    key = request_key("command", form.trigger_id, form.user_id, form.text)
    # The form's team is the channel's, and only members of a workspace can use its commands.
    return SlackRequest(place, "", form.text, form.trigger_id, key)


def read_interaction(body: Body) -> SlackRequest:
    """Read a pressed button or a chosen option; `text` is its value: a command or a user's id.

    The answer replaces the message.
    """
    seen = Interaction.model_validate(body)
    text = seen.action.given
    place = Place(
        user=seen.user.id,
        channel=seen.channel.id if seen.channel else None,
        thread=seen.container.thread_ts or seen.message.thread_ts,
        response_url=seen.response_url,
        replaces=bool(seen.actions) and seen.response_url is not None,
        stays=not seen.container.is_ephemeral,
        view=seen.view.id if seen.view and seen.view.type == "modal" else None,
    )
    return seen.request(place, text, request_key("interaction", seen.trigger_id, place.user, text))


def read_beside(body: Body) -> SlackRequest:
    """Read a button of a message that the whole channel sees.

    The answer does not replace the message: only the person who pressed the button sees it.
    """
    request = read_interaction(body)
    return replace(request, place=replace(request.place, replaces=False))


def read_alert_action(body: Body) -> SlackRequest:
    """Read what was pressed or chosen on an alert; `text` is `<alert id> <action>[:<value>]`."""
    request = read_beside(body)
    action = Interaction.model_validate(body).action
    chosen = f"assign:{action.selected_user}" if action.selected_user else request.text
    return replace(request, text=f"{action.block_id.removeprefix('alert:')} {chosen}")


class ModalMetadata(BaseModel):
    """What a modal carries in `private_metadata`: where its answer belongs, and the command so far.

    `line` is a command as it would be typed, `references` are ids; what they are for is up to the modal.
    Slack clients can read the metadata, so it holds no names, mail addresses or links.
    """

    line: str = ""
    references: list[str] = Field(default_factory=list)
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    replaces: bool = False
    stays: bool = False
    view: str | None = None

    @classmethod
    def of(
        cls, request: SlackRequest, *, line: str = "", references: list[str] | None = None
    ) -> "ModalMetadata":
        """Return the metadata of a modal whose answer belongs where `request` came from."""
        return cls.model_validate({**asdict(request.place), "line": line, "references": references or []})

    def place(self, user: str) -> Place:
        """Return where the answer belongs."""
        return Place(user, self.channel, self.thread, self.response_url, self.replaces, self.stays, self.view)

    def write(self) -> str:
        """Return it as JSON for `private_metadata`, which may have 3000 characters."""
        return self.model_dump_json(exclude_defaults=True)


class InModal(Sender):
    """A modal that was submitted, or in which something was changed."""

    view: View
    actions: list[Action] = Field(default_factory=list)

    def answer(self, fields: Mapping[str, str], *key: str) -> SlackRequest:
        """Return the request that belongs where the modal came from; `text` is the metadata as JSON."""
        metadata = ModalMetadata.model_validate_json(self.view.private_metadata or "{}")
        return self.request(metadata.place(self.user.id), metadata.write(), request_key(*key), fields)


def read_submission(body: Body) -> SlackRequest:
    """Read a submitted modal; `text` is its metadata as JSON (see `modal_metadata`), `fields` its inputs."""
    seen = InModal.model_validate(body)
    fields = seen.view.fields
    given = seen.view.private_metadata, str(sorted(fields.items()))
    return seen.answer(fields, "submission", seen.trigger_id, seen.user.id, *given)


def read_own_window(body: Body) -> SlackRequest:
    """Read a submitted modal that shows its answer itself."""
    request = read_submission(body)
    view = InModal.model_validate(body).view.id
    return replace(request, place=replace(request.place, view=view))


class _Suggesting(Sender):
    value: str = ""


def read_suggestion(body: Body) -> SlackRequest:
    """Read what somebody has typed into a menu that loads its options; `text` is that."""
    seen = _Suggesting.model_validate(body)
    return seen.request(Place(seen.user.id), seen.value)


def modal_metadata(request: SlackRequest) -> ModalMetadata:
    """Return the metadata of a modal's request."""
    return ModalMetadata.model_validate_json(request.text)


def read_shortcut(body: Body) -> SlackRequest:
    """Read a message shortcut; `text` is all that the message says. The answer goes into its thread."""
    seen = Interaction.model_validate(body)
    channel, message = seen.channel.id if seen.channel else None, seen.message
    place = Place(seen.user.id, channel, message.thread_ts or message.ts, seen.response_url)
    said = message_text(body["message"]) if isinstance(body.get("message"), Mapping) else ""
    return seen.request(place, said)
