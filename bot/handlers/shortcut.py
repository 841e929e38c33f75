"""The message shortcut: the same verbs inside threads, where slash commands cannot run."""

from slack_bolt.async_app import AsyncAck

from bot.commands.reading import read_words
from bot.commands.verbs import LINK_VERBS
from bot.handlers.answering import Answering
from bot.handlers.boundary import Acknowledged
from bot.handlers.requests import ViewState, view_state_of
from bot.portal.identifiers import find_references
from bot.slack.request import SlackRequest
from bot.slack.windows import Windows
from bot.words import Message, Words

OFFERED = ("", *(verb.name for verb in LINK_VERBS if not verb.takes_target), "why")
CARD = "card"
"""Stands for the verb without a name: Slack wants every choice to have a value."""
MOST_CHOICES = 10


class Shortcut:
    """Handles "Billing help" on a message, and the window it opens."""

    def __init__(self, answering: Answering, windows: Windows, words: Words) -> None:
        self._answering = answering
        self._windows = windows
        self._words = words

    async def open(self, request: SlackRequest) -> Message | None:
        """Open the window with what the message names; nothing is looked up yet, the trigger is short."""
        found = [each.value for each in find_references(request.text)[:MOST_CHOICES]]
        verbs = [
            {"value": name or CARD, "summary": self._words.sentence("shortcut_verbs", name or CARD)}
            for name in OFFERED
        ]
        view_state = ViewState.of(request, references=found)
        view = self._words.view("shortcut", metadata=view_state.write(), references=found, verbs=verbs)
        await self._windows.open(request, view)
        return None

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Close the window and answer, or say in it what is missing."""
        if not _who(request):
            missing = self._words.sentence("refusals", "who_missing_in_window")
            return Acknowledged(await ack(response_action="errors", errors={"typed": missing}))
        return Acknowledged(await ack(), self._answer)

    async def _answer(self, request: SlackRequest) -> Message | None:
        """Answer in the thread the message belongs to."""
        verb = request.fields.get("verb", CARD)
        words = [] if verb == CARD else [verb]
        words += _who(request).split()
        reason = " ".join(request.fields.get("reason", "").split())
        if reason and verb != "why":
            words.append(f"for:{reason}")
        return await self._answering.to(request, read_words(words))


def _who(request: SlackRequest) -> str:
    typed = request.fields.get("typed", "").strip()
    if typed:
        return typed
    references = view_state_of(request).references
    chosen = request.fields.get("found", "")
    return references[int(chosen)] if chosen.isdigit() and int(chosen) < len(references) else ""
