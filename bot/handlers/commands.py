"""The slash command: usage errors and help are the acknowledgement itself, everything else comes after it."""

from slack_bolt.async_app import AsyncAck

from bot.commands.reading import read_command
from bot.commands.verbs import Shown
from bot.errors import BadUsage
from bot.handlers.answering import Answering
from bot.handlers.boundary import Acknowledged
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.words import Message


class Commands:
    """Handles `/portal …`."""

    def __init__(self, answering: Answering, replies: Replies) -> None:
        self._answering = answering
        self._replies = replies

    async def receive(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Read the command and acknowledge it, with the answer where that needs nobody else."""
        try:
            command = read_command(request.text)
        except BadUsage as refused:
            return await _answered(ack, self._replies.refusal(refused))
        if command.verb.shown is Shown.ACKNOWLEDGEMENT:
            return await _answered(ack, self._replies.help())
        return Acknowledged(await ack(), lambda asked: self._answering.to(asked, command))


async def _answered(ack: AsyncAck, message: Message) -> Acknowledged:
    return Acknowledged(await ack(text=message.text, blocks=message.blocks, response_type="ephemeral"))
