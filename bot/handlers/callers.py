"""Who asks in Slack, and how they are told no."""

from bot.commands.command import Command
from bot.errors import Refused
from bot.notify.limit_notice import LimitNotice
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.use_cases.access import Access, SlackUser
from bot.use_cases.person import Person
from bot.words import Message


class Callers:
    """Turns Slack users into persons with a role, and refusals into messages."""

    def __init__(self, access: Access, replies: Replies, limit_notice: LimitNotice) -> None:
        self._access = access
        self._replies = replies
        self._limit_notice = limit_notice

    def person(self, request: SlackRequest) -> Person:
        """Name who asks. The role is looked up when the command is done, and again for every click."""
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

    async def refused(self, request: SlackRequest, command: Command, refused: Refused) -> Message:
        """Say why not, with the buttons that may help; the alert channel hears of limits reached."""
        await self._limit_notice.tell(request.place.user, refused)
        return self._replies.refusal(refused, command)
