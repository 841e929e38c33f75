"""Runs a command for a Slack user and returns its answer as a message.

Every way to give a command uses it.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands.command import Command
from bot.commands.verbs import UseCase
from bot.errors import Refused
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


class CommandRunner:
    """Runs commands for Slack users."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        requesters: Requesters,
        replies: Replies,
        recent_links: RecentLinks,
        progress: Progress,
        modals: Mapping[UseCase, OpenModal],
    ) -> None:
        """Use `modals` for the verbs that are answered in a modal instead of a message."""
        self._dispatcher = dispatcher
        self._requesters = requesters
        self._replies = replies
        self._recent_links = recent_links
        self._progress = progress
        self._modals = modals

    async def run(self, request: SlackRequest, command: Command) -> Message | None:
        """Run the command and return the message with its result or refusal; None when a modal shows it."""
        if command.verb.use_case is UseCase.HELP:
            return self._replies.help()
        open_modal = self._modals.get(command.verb.use_case)
        if open_modal is not None:
            return await open_modal(request, command)
        try:
            work = self._dispatcher.do(command, self._requesters.person(request))
            result = await self._progress.during(request.place, work)
        except Refused as refused:
            return await self._requesters.refusal(request, command, refused)
        if isinstance(result, LinkMade):
            self._recent_links.put(request.place.user, result.link)
        return self._replies.of(result, command)
