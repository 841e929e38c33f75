"""Runs a command for a Slack user and returns its answer as a message.

Every way to give a command uses it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.verbs import UseCase
from bot.errors import BadUsage, Refused, Unavailable
from bot.handlers.boundary import Acknowledged, Work
from bot.handlers.recent_links import RecentLinks
from bot.handlers.requesters import Requesters
from bot.notify.progress import Progress
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.results import LinkMade
from bot.words import Message

OpenModal = Callable[[SlackRequest, Command], Awaitable[Message | None]]
"""Answers a command in a modal. Returns a message when that failed."""
Keep = Callable[[SlackRequest], Awaitable[Work | None]]
"""Stores what a command asks for, and returns the work that is left. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Modal:
    """How a verb is answered that has a modal: `open` shows it, `keep` stores what needs none."""

    open: OpenModal
    keep: Keep | None = None


@dataclass(eq=False, repr=False)
class CommandRunner:
    """Runs commands for Slack users.

    Use `modals` for the verbs that are answered in a modal instead of a message.
    """

    dispatcher: Dispatcher
    requesters: Requesters
    replies: Replies
    recent_links: RecentLinks
    progress: Progress
    modals: Mapping[UseCase, Modal]

    async def receive(self, ack: AsyncAck, request: SlackRequest, command: Command) -> Acknowledged:
        """Acknowledge a command; one that changes what is kept once that is stored. Raises Unavailable."""
        if not command.changes_what_is_kept:
            return Acknowledged(await ack(), lambda asked: self.run(asked, command))
        modal = self.modals.get(command.verb.use_case)
        if modal is not None and modal.keep is not None:
            left = await modal.keep(request)
            return Acknowledged(await ack(), left)
        stored: asyncio.Future[Message | None] = asyncio.get_running_loop().create_future()
        changing: asyncio.Future[Message | None] = asyncio.ensure_future(
            self._change(request, command, partial(_set, stored))
        )
        try:
            await asyncio.wait([changing, stored], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not stored.done() and not changing.done():
                changing.cancel()
        if stored.done():  # what the message says is read after the acknowledgement
            return Acknowledged(await ack(), lambda _asked: changing)
        return Acknowledged(await ack(), message=changing.result())

    async def _change(
        self, request: SlackRequest, command: Command, stored: Callable[[], None]
    ) -> Message | None:
        """Do a command that changes what is kept and return its message. Raises Unavailable."""
        try:
            result = await self.dispatcher.do(command, self.requesters.person(request), stored=stored)
        except Unavailable:
            raise
        except Refused as refused:
            return await self.requesters.refusal(request, command, refused)
        return self.replies.of(result, command)

    async def run(self, request: SlackRequest, command: Command) -> Message | None:
        """Run the command and return the message with its result or refusal; None when a modal shows it.

        Raises BadUsage("needs_window") when it needs a modal, and came in a way that opens none.
        """
        if command.verb.use_case is UseCase.HELP:
            return self.replies.help()
        modal = self.modals.get(command.verb.use_case)
        if modal is not None and command.wants_window:
            if not request.trigger:
                raise BadUsage("needs_window", verb=command.verb.name)
            return await modal.open(request, command)
        try:
            work = self.dispatcher.do(command, self.requesters.person(request))
            result = await self.progress.during(request.place, work)
        except Refused as refused:
            return await self.requesters.refusal(request, command, refused)
        if isinstance(result, LinkMade):
            self.recent_links.put(request.place.user, result.link)
        return self.replies.of(result, command)


def _set(future: asyncio.Future[Message | None]) -> None:
    if not future.done():
        future.set_result(None)
