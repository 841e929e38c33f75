"""The slash command: usage errors and help are the acknowledgement itself, everything else comes after it."""

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command, read_command
from bot.errors import BadUsage
from bot.handlers.answering import Answering
from bot.slack.request import SlackRequest
from bot.words import Message


class Commands:
    """Handles `/portal …`."""

    def __init__(self, answering: Answering) -> None:
        """Nothing is called here."""
        self._answering = answering

    async def acknowledge(self, ack: AsyncAck, request: SlackRequest) -> BoltResponse:
        """Acknowledge at once; with the answer where that needs neither Stripe nor the database."""
        try:
            command = read_command(request.text)
        except BadUsage as refused:
            message: Message | None = self._answering.refusal(refused)
        else:
            message = self._answering.help() if command.verb.in_ack else None
        if message is None:
            return await ack()
        return await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")

    async def run(self, request: SlackRequest) -> Message | None:
        """Do what was asked, unless the acknowledgement was the answer."""
        command = _left_to_do(request.text)
        return await self._answering.to(request, command) if command else None


def _left_to_do(text: str) -> Command | None:
    try:
        command = read_command(text)
    except BadUsage:
        return None
    return None if command.verb.in_ack else command
