"""Reads the buttons that change settings or answer a request, and what was ticked beside them."""

import re
from dataclasses import replace

from pydantic import BaseModel, Field

from bot.handlers.requests import Body, read_beside, read_interaction
from bot.handlers.view_payload import State
from bot.replies.setup import CHECKLIST, TICKED
from bot.slack.request import SlackRequest

_CONFIGURATION = re.compile(r"bpc_[A-Za-z0-9_]+")


class _Action(BaseModel):
    action_id: str = ""


class _Pressed(BaseModel):
    actions: list[_Action] = Field(default_factory=list)
    state: State = Field(default_factory=State)

    @property
    def action(self) -> str:
        """Return the id of what was pressed."""
        return self.actions[0].action_id if self.actions else ""

    def with_ticks(self, line: str) -> str:
        """Return the command of a list, with what was ticked in it."""
        return f"{line} {TICKED}:{','.join(self.state.ticked)}" if self.state.ticked else line


def read_look_again(body: Body) -> SlackRequest:
    """Read the button that draws a list again; what was ticked in it is added to its command."""
    request = read_interaction(body)
    return replace(request, text=_Pressed.model_validate(body).with_ticks(request.text))


def read_setting_button(body: Body) -> SlackRequest:
    """Read a button about a setting; `text` is a repair, or a configuration and a page of its settings.

    Of a button in the checklist of `setup`, the field CHECKLIST is the command that draws it anew. The answer
    does not replace the message.
    """
    request, seen = read_beside(body), _Pressed.model_validate(body)
    named = _CONFIGURATION.search(request.text) if f":{CHECKLIST}-" in seen.action else None
    return replace(request, fields={CHECKLIST: seen.with_ticks(f"setup {named[0]}")}) if named else request


def read_change_answer(body: Body) -> SlackRequest:
    """Read a button of a change; `text` is `<action> <number of the change>`."""
    request = read_beside(body)
    action = _Pressed.model_validate(body).action.removeprefix("change:")
    return replace(request, text=f"{action} {request.text}")
