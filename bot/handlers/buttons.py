"""Buttons: the value is a command line, read and authorised again as if it had been typed."""

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.reading import read_command, read_words
from bot.errors import BadUsage
from bot.handlers.answering import Answering
from bot.handlers.boundary import Acknowledged
from bot.handlers.recent_links import RecentLinks
from bot.handlers.requests import ViewState, view_state_of
from bot.portal.pasted_text import cleaned
from bot.slack.request import SlackRequest
from bot.slack.windows import Windows
from bot.words import Message, Words


class Buttons:
    """Handles pressed buttons and the windows they open."""

    def __init__(
        self,
        answering: Answering,
        windows: Windows,
        recent_links: RecentLinks,
        words: Words,
        *,
        reason_needed: bool,
    ) -> None:
        """`reason_needed`: links must come with `for:`; a button then asks for it in a window."""
        self._answering = answering
        self._windows = windows
        self._recent_links = recent_links
        self._words = words
        self._reason_needed = reason_needed

    async def run(self, request: SlackRequest) -> Message | None:
        """Do what the button stands for; its message is replaced by the answer."""
        command = read_command(request.text)
        if self._reason_needed and command.makes_link and command.option("for") is None:
            view_state = ViewState.of(request, line=request.text)
            await self._windows.open(request, self._words.view("reason", metadata=view_state.write()))
            return None
        return await self._answering.to(request, command)

    async def swap(self, request: SlackRequest) -> Message | None:
        """Exchange turns on call with the chosen person; the message is replaced by who is on call then."""
        return await self._answering.to(request, read_words(["oncall", f"swap:{request.text}"]))

    async def with_reason(self, request: SlackRequest) -> Message | None:
        """Go on with a button's command now that the reason is known."""
        command = read_command(view_state_of(request).line)
        options = {**command.options, "for": cleaned(request.fields.get("reason", ""))}
        return await self._answering.to(
            request, Command(command.verb, command.subject, command.target, options)
        )

    async def copy(self, request: SlackRequest) -> Message | None:
        """Show a fresh link in a text field, from which it can be copied everywhere."""
        link = self._recent_links.find(request.place.user, request.text)
        if link is None:
            view = self._words.view("copy_gone")
        else:
            view = self._words.view("copy_link", url=link.url, expires_at=link.expires_at)
        await self._windows.open(request, view)
        return None

    async def unknown(self, request: SlackRequest) -> Message | None:  # noqa: ARG002
        """Answer a button of an older version of this bot."""
        raise BadUsage("old_button")

    async def no_options(self, ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
        """Answer a menu that loads its options from us; none of ours does."""
        return Acknowledged(await ack(options=[]))
