"""From a command to a message: authorise, do it, put it into words. Shared by every Slack entrance."""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands.command import Command
from bot.commands.verbs import UseCase
from bot.errors import Refused
from bot.handlers.callers import Callers
from bot.handlers.recent_links import RecentLinks
from bot.notify.progress import Progress
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.results import LinkMade
from bot.words import Message

OpenWindow = Callable[[SlackRequest, Command], Awaitable[Message | None]]
"""Answers in a window of its own; returns a message where that failed."""


class Answering:
    """Answers commands in the name of a Slack user."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        callers: Callers,
        replies: Replies,
        recent_links: RecentLinks,
        progress: Progress,
        windows: Mapping[UseCase, OpenWindow],
    ) -> None:
        """`windows` answer the verbs that the table says are shown in one."""
        self._dispatcher = dispatcher
        self._callers = callers
        self._replies = replies
        self._recent_links = recent_links
        self._progress = progress
        self._windows = windows

    async def to(self, request: SlackRequest, command: Command) -> Message | None:
        """Do the command and put its result, or its refusal, into words; None when a window shows it."""
        if command.verb.use_case is UseCase.HELP:
            return self._replies.help()
        window = self._windows.get(command.verb.use_case)
        if window is not None:
            return await window(request, command)
        try:
            work = self._dispatcher.do(command, self._callers.person(request))
            result = await self._progress.during(request.place, work)
        except Refused as refused:
            return await self._callers.refused(request, command, refused)
        if isinstance(result, LinkMade):
            self._recent_links.put(request.place.user, result.link)
        return self._replies.of(result, command)
