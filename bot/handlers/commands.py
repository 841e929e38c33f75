"""Handles the slash command.

Help and usage errors need neither Stripe nor the database, so they are the response of the acknowledgement
itself. Every other answer is delivered after it; what changes something that is kept is stored before it.
"""

from slack_bolt.async_app import AsyncAck

from bot.commands.reading import read_command
from bot.commands.verbs import Shown, UseCase
from bot.errors import BadUsage
from bot.handlers.boundary import Acknowledged
from bot.handlers.command_runner import CommandRunner
from bot.portal.identifiers import find_references
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.words import Message


class Commands:
    """Handles `/portal …`, whatever name the command has."""

    def __init__(self, runner: CommandRunner, replies: Replies) -> None:
        self._runner = runner
        self._replies = replies

    async def receive(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Read the command and acknowledge it, with help or a usage error as the response."""
        try:
            command = read_command(request.text)
        except BadUsage as refused:
            return await _answered(ack, self._replies.refusal(refused))
        if command.verb.shown is Shown.ACKNOWLEDGEMENT:
            return await _answered(ack, self._replies.help())
        return await self._runner.receive(ack, request, command)

    async def said(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Take the command in a mention of the bot, or in a message to it. Help for what names nobody.

        Raises BadUsage, and Unavailable when what it changes cannot be stored.
        """
        command = read_command(request.text)
        if command.verb.use_case is UseCase.CARD and not find_references(request.text):
            return Acknowledged(await ack(), message=self._replies.help())
        return await self._runner.receive(ack, request, command)


async def _answered(ack: AsyncAck, message: Message) -> Acknowledged:
    return Acknowledged(await ack(text=message.text, blocks=message.blocks, response_type="ephemeral"))
