"""The buttons of alerts. The alert's own message shows what came of it; only a refusal is answered."""

from bot.errors import BadUsage
from bot.handlers.callers import Callers
from bot.slack.request import SlackRequest
from bot.use_cases.alert_actions import AlertAct, AlertActions
from bot.words import Message, Words

_SAID = frozenset({"mute_hour", "mute_day"})


class AlertButtons:
    """Handles what is pressed or chosen on an alert."""

    def __init__(self, actions: AlertActions, callers: Callers, words: Words) -> None:
        self._actions = actions
        self._callers = callers
        self._words = words

    async def run(self, request: SlackRequest) -> Message | None:
        """Do what was pressed; see `read_alert_action` for the text. Raises Refused."""
        act = _act(request.text)
        alert = await self._actions.do(act, self._callers.person(request))
        if act.action in _SAID:
            return self._words.message("alert_muted", rule=alert.rule, action=act.action)
        return None


def _act(text: str) -> AlertAct:
    number, _, rest = text.partition(" ")
    action, _, value = rest.partition(":")
    if not number.isdigit() or len(number) > 18 or not action:
        raise BadUsage("old_button")
    return AlertAct(action, int(number), value)
