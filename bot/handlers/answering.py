"""From a command to a message: authorise, do it, put it into words. Shared by every Slack entrance."""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands.command import Command
from bot.errors import Refused
from bot.handlers.recent_links import RecentLinks
from bot.notify.limit_notice import LimitNotice
from bot.notify.progress import Progress
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.use_cases.access import Access, SlackUser
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.person import Person
from bot.use_cases.results import LinkMade
from bot.words import Message

InWindow = Callable[[SlackRequest, Command], Awaitable[Message | None]]


class Answering:
    """Answers commands in the name of a Slack user."""

    def __init__(
        self,
        desk: Dispatcher,
        access: Access,
        replies: Replies,
        recent_links: RecentLinks,
        limit_notice: LimitNotice,
        progress: Progress,
    ) -> None:
        """Nothing is called here."""
        self._desk = desk
        self._access = access
        self._replies = replies
        self._recent_links = recent_links
        self._limit_notice = limit_notice
        self._progress = progress
        self._in_windows: Mapping[str, InWindow] = {}

    def in_windows(self, verbs: Mapping[str, InWindow]) -> None:
        """Leave these verbs to windows of their own, which answer by themselves."""
        self._in_windows = verbs

    def help(self) -> Message:
        """The command table."""
        return self._replies.help()

    def refusal(self, refused: Refused, command: Command | None = None) -> Message:
        """A refusal in words, with the buttons that may help."""
        return self._replies.refusal(refused, command)

    async def refused(self, request: SlackRequest, command: Command, refused: Refused) -> Message:
        """As `refusal`; the alert channel hears of a limit that was reached."""
        await self._limit_notice.tell(request.place.user, refused)
        return self._replies.refusal(refused, command)

    def person(self, request: SlackRequest) -> Person:
        """Who asks. The role is looked up when the command is done, and again for every click."""
        user = SlackUser(request.place.user, request.team)

        async def authorise(verb: str) -> str:
            return await self._access.allow(user, verb)

        return Person(
            id=user.user_id,
            authorise=authorise,
            asked_at=request.asked_at,
            channel=request.place.channel,
            request_key=request.key,
        )

    async def to(self, request: SlackRequest, command: Command) -> Message | None:
        """Do the command and put its result, or its refusal, into words; None when a window shows it."""
        window = self._in_windows.get(command.verb.name)
        if window is not None:
            return await window(request, command)
        try:
            work = self._desk.do(command, self.person(request))
            result = await self._progress.during(request.place, work)
        except Refused as refused:
            return await self.refused(request, command, refused)
        if isinstance(result, LinkMade):
            self._recent_links.put(request.place.user, result.link)
        return self._replies.of(result, command)
