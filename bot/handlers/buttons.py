"""Handles buttons. A button's value is a command, which is read and authorised as if it had been typed."""

from dataclasses import KW_ONLY, dataclass, replace

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.reading import read_command, read_words
from bot.errors import BadUsage
from bot.handlers.boundary import Acknowledged
from bot.handlers.command_runner import CommandRunner
from bot.handlers.recent_links import RecentLinks
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.notify.answer_sender import AnswerSender
from bot.portal.pasted_text import cleaned
from bot.replies.details import details_view
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.words import Message, Words


@dataclass(eq=False, repr=False)
class Buttons:
    """Handles pressed buttons, and the modals that some of them open.

    With `reason_needed`, a button that makes a link first asks for the reason (`for:`) in a modal.
    """

    runner: CommandRunner
    sender: AnswerSender
    views: Views
    recent_links: RecentLinks
    words: Words
    _: KW_ONLY
    reason_needed: bool

    async def receive(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Acknowledge a button. The answer to its command replaces the message that has the button.

        Raises BadUsage when the button's command is not understood, Unavailable when it was not stored.
        """
        command = read_command(request.text)
        if command.changes_what_is_kept:
            return await self.runner.receive(ack, request, command)
        return Acknowledged(await ack(), lambda asked: self._run(asked, command))

    async def _run(self, request: SlackRequest, command: Command) -> Message | None:
        if self.reason_needed and command.makes_link and command.option("for") is None:
            metadata = ModalMetadata.of(request, line=request.text)
            await self.views.open(request, self.words.view("reason", metadata=metadata.write()))
            return None
        return await self._answer(request, command)

    async def _answer(self, request: SlackRequest, command: Command) -> Message | None:
        moved = await self._privately(request, command)
        message = await self.runner.run(moved, command)
        if message is None or moved is request:
            return message
        await self.sender.send(moved.place, message)
        return None

    async def _privately(self, request: SlackRequest, command: Command) -> SlackRequest:
        """Open a modal for a link that no message can show to one person alone: one from the App Home.

        A trigger is valid for three seconds, so the modal opens before Stripe is asked.
        """
        place = request.place
        if not command.makes_link or place.view or place.channel or place.response_url:
            return request
        view = await self.views.open(request, self.words.view("answer_window"))
        return replace(request, place=replace(place, view=view))

    async def swap(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Swap turns on call with the chosen person. The answer replaces the message that has the menu."""
        return await self.runner.receive(ack, request, read_words(["oncall", f"swap:{request.text}"]))

    async def with_reason(self, request: SlackRequest) -> Message | None:
        """Do the command of a button with the reason that was typed in the modal."""
        command = read_command(modal_metadata(request).line)
        options = {**command.options, "for": cleaned(request.fields.get("reason", ""))}
        return await self._answer(request, Command(command.verb, command.subject, command.target, options))

    async def copy(self, request: SlackRequest) -> Message | None:
        """Show a fresh link in a text field, from which every Slack client can copy it.

        `request.text` is the session's id.
        """
        link = self.recent_links.find(request.place.user, request.text)
        if link is None:
            view = self.words.view("copy_gone")
        else:
            view = self.words.view("copy_link", url=link.url, expires_at=link.expires_at)
        await self.views.open(request, view)
        return None

    async def details(self, request: SlackRequest) -> Message | None:
        """Show what stands behind a Details button in a window."""
        await self.views.open(request, details_view(self.words, request.text))
        return None

    async def unknown(self, request: SlackRequest) -> Message | None:  # noqa: ARG002
        """Raise BadUsage("old_button"), for a button of an older version of this bot."""
        raise BadUsage("old_button")

    async def no_options(self, ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
        """Acknowledge a request for the options of a menu with none: no menu here loads its options."""
        return Acknowledged(await ack(options=[]))
