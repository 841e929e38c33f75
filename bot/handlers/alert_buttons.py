"""Handles the buttons and menus of alert messages.

The alert's message itself is updated to show what was done, so only muting and refusals get an answer.
"""

from bot.errors import BadUsage
from bot.handlers.requesters import Requesters
from bot.slack.request import SlackRequest
from bot.use_cases.alert_actions import AlertAct, AlertActions
from bot.words import Message, Words

_ANSWERED = frozenset({"mute_hour", "mute_day"})


class AlertButtons:
    """Handles what is pressed or chosen on an alert message."""

    def __init__(self, actions: AlertActions, requesters: Requesters, words: Words) -> None:
        self._actions = actions
        self._requesters = requesters
        self._words = words

    async def run(self, request: SlackRequest) -> Message | None:
        """Do what was pressed or chosen; `request.text` is what `read_alert_action` makes. Raises Refused."""
        act = _act(request.text)
        alert = await self._actions.do(act, self._requesters.person(request))
        if act.action in _ANSWERED:
            return self._words.message("alert_muted", rule=alert.rule, action=act.action)
        return None


def _act(text: str) -> AlertAct:
    number, _, rest = text.partition(" ")
    action, _, value = rest.partition(":")
    if not number.isdigit() or len(number) > 18 or not action:
        raise BadUsage("old_button")
    return AlertAct(action, int(number), value)
