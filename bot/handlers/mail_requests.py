"""What the mail window sends, read like every other request; see `bot.handlers.requests`."""

import hashlib

from pydantic import BaseModel, Field

from bot.handlers.filled_in import Input, View
from bot.handlers.requests import Body, User, ViewState
from bot.slack.request import Place, SlackRequest
from bot.use_cases.context import MailForm

VIEW = "view"
RECIPIENT, LOCALE, NOTE, CONFIRMED = "recipient", "locale", "note", "confirmed"


class _Action(Input):
    block_id: str = ""


class _InWindow(BaseModel):
    actions: list[_Action] = Field(default_factory=list)
    user: User
    view: View
    trigger_id: str = ""


def read_mail_window(body: Body) -> SlackRequest:
    """Read what was filled in, changed or sent; `text` is the view state, `fields` has the view's id."""
    seen = _InWindow.model_validate(body)
    view_state = ViewState.model_validate_json(seen.view.private_metadata or "{}")
    place = Place(
        seen.user.id, view_state.channel, view_state.thread, view_state.response_url, view_state.replaces
    )
    fields = {**seen.view.fields, VIEW: seen.view.id}
    fields |= {each.block_id: each.given for each in seen.actions if each.given}
    # A window is sent once: whatever its trigger, a second delivery is the same request.
    key = hashlib.sha256(f"mail\0{seen.view.id}\0{seen.user.id}".encode()).hexdigest()
    return SlackRequest(place, seen.user.team_id, view_state.write(), seen.trigger_id, key, fields)


def mail_form(request: SlackRequest) -> MailForm:
    """What was filled in."""
    return MailForm(
        recipient=request.fields.get(RECIPIENT, ""),
        locale=request.fields.get(LOCALE, ""),
        note=request.fields.get(NOTE, ""),
    )
