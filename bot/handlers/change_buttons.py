"""Reads the buttons that change settings or answer a request, and what was ticked beside them."""

import re
from dataclasses import replace

from pydantic import Field

from bot.handlers.requests import Body, Interaction, read_beside, read_interaction
from bot.handlers.view_payload import State
from bot.replies.setup import CHECKLIST, TICKED
from bot.slack.request import SlackRequest

_CONFIGURATION = re.compile(r"bpc_[A-Za-z0-9_]+")


class _Pressed(Interaction):
    state: State = Field(default_factory=State)


def _with_ticks(line: str, seen: _Pressed) -> str:
    """Return the command of a list, with what was ticked in it."""
    return f"{line} {TICKED}:{','.join(seen.state.ticked)}" if seen.state.ticked else line


def read_look_again(body: Body) -> SlackRequest:
    """Read the button that draws a list again; what was ticked in it is added to its command."""
    request = read_interaction(body)
    return replace(request, text=_with_ticks(request.text, _Pressed.model_validate(body)))


def read_setting_button(body: Body) -> SlackRequest:
    """Read a button about a setting; `text` is a repair, or a configuration and a page of its settings.

    Of a button in the checklist of `setup`, the field CHECKLIST is the command that draws it anew. The answer
    does not replace the message.
    """
    request, seen = read_beside(body), _Pressed.model_validate(body)
    named = _CONFIGURATION.search(request.text) if f":{CHECKLIST}-" in seen.action.action_id else None
    return replace(request, fields={CHECKLIST: _with_ticks(f"setup {named[0]}", seen)}) if named else request


def read_change_answer(body: Body) -> SlackRequest:
    """Read a button of a change; `text` is `<action> <number of the change>`."""
    request = read_beside(body)
    action = Interaction.model_validate(body).action.action_id.removeprefix("change:")
    return replace(request, text=f"{action} {request.text}")
