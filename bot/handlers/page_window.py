"""Handles the message shortcut that pages whoever is on call about a message."""

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.verbs import BY_NAME
from bot.errors import NotFound
from bot.handlers.boundary import Acknowledged
from bot.handlers.command_runner import CommandRunner
from bot.handlers.requests import ModalMetadata
from bot.portal.identifiers import refuse_credentials
from bot.portal.pasted_text import cleaned
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.page import LONGEST_TEXT
from bot.words import Message, Words

TEXT = "text"


class PageWindow:
    """Handles the shortcut, and the modal in which the page is worded."""

    def __init__(self, runner: CommandRunner, views: Views, words: Words) -> None:
        self._runner = runner
        self._views = views
        self._words = words

    async def open(self, request: SlackRequest) -> Message | None:
        """Open the modal with what the message says, to be made shorter or clearer."""
        said = cleaned(request.text)[:LONGEST_TEXT]
        try:
            refuse_credentials(said)
        except NotFound:
            said = ""
        metadata = ModalMetadata.of(request).write()
        await self._views.open(request, self._words.view("page_window", metadata=metadata, said=said))
        return None

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Raise the alert, then close the modal; or show in it what is wrong. Raises Unavailable."""
        text = cleaned(request.fields.get(TEXT, ""))
        try:
            refuse_credentials(text)
        except NotFound as refused:
            return Acknowledged(
                await ack(response_action="errors", errors={TEXT: self._words.refusal(refused)})
            )
        return await self._runner.receive(ack, request, Command(BY_NAME["page"], text))
