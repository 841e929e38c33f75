"""Handles the buttons and menus of alert messages.

The alert's message itself is updated to show what was done, so only muting and refusals get an answer.
"""

from slack_bolt.async_app import AsyncAck

from bot.errors import BadUsage
from bot.handlers.boundary import Acknowledged
from bot.handlers.requesters import Requesters
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.alert_actions import AlertAction, AlertActions
from bot.words import Message, Words

_ANSWERED = frozenset({"mute_hour", "mute_day"})
ASSIGN_CALLBACK = "alert_assign"
_CHOOSES_PERSON = "assign_other"


class AlertButtons:
    """Handles what is pressed or chosen on an alert message."""

    def __init__(self, actions: AlertActions, requesters: Requesters, views: Views, words: Words) -> None:
        self._actions = actions
        self._requesters = requesters
        self._views = views
        self._words = words

    async def receive(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Acknowledge what was pressed or chosen, once it is stored. Raises Refused.

        `request.text` is what `read_alert_action` makes.
        """
        action = _read_action(request.text)
        if action.name == _CHOOSES_PERSON:
            return Acknowledged(await ack(), lambda asked: self._choose_person(asked, action))
        alert = await self._actions.do(action, self._requesters.person(request))
        response = await ack()
        if action.name not in _ANSWERED:
            return Acknowledged(response)
        return Acknowledged(
            response, message=self._words.message("alert_muted", rule=alert.rule, action=action.name)
        )

    async def _choose_person(self, request: SlackRequest, action: AlertAction) -> None:
        metadata = ModalMetadata.of(request, references=[str(action.alert_id)]).write()
        person = request.place.user
        view = self._words.view(ASSIGN_CALLBACK, metadata=metadata, person=person)
        await self._views.open(request, view)

    async def assign(self, request: SlackRequest) -> Message | None:
        """Assign the alert to the person who was chosen in the modal. Raises Refused."""
        (number,) = modal_metadata(request).references
        action = _read_action(f"{number} assign:{request.fields.get('person', '')}")
        await self._actions.do(action, self._requesters.person(request))
        return None


def _read_action(text: str) -> AlertAction:
    number, _, rest = text.partition(" ")
    name, _, value = rest.partition(":")
    if not number.isdigit() or len(number) > 18 or not name:
        raise BadUsage("old_button")
    return AlertAction(name, int(number), value)
