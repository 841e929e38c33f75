"""Identifies the person behind a Slack request, and words refusals for them."""

from bot.commands.command import Command
from bot.errors import Refused
from bot.notify.limit_notice import LimitNotice
from bot.outcomes.links import AskedFrom
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.use_cases.access import Access, SlackUser
from bot.use_cases.person import Person
from bot.words import Message


class Requesters:
    """Makes a `Person` of a Slack request, and a message of a refusal."""

    def __init__(self, access: Access, replies: Replies, limit_notice: LimitNotice) -> None:
        self._access = access
        self._replies = replies
        self._limit_notice = limit_notice

    def person(self, request: SlackRequest) -> Person:
        """Return who made the request.

        Their role is looked up each time `authorise` is called, so for every command and every click.
        """
        user = SlackUser(request.place.user, request.team, request.organization)

        async def authorise(verb: str) -> str:
            return await self._access.allow(user, verb)

        return Person(
            id=user.user_id,
            authorise=authorise,
            asked_at=request.asked_at,
            channel=request.place.channel,
            thread=request.place.thread,
            request_key=request.key,
            answers_to=AskedFrom(request.place.user, request.place.channel, request.place.thread),
            response_url=request.place.response_url,
        )

    def failure(self, reference: str) -> Message:
        """Return the message about a mistake of ours."""
        return self._replies.failure(reference)

    async def refusal(self, request: SlackRequest, command: Command, refused: Refused) -> Message:
        """Return the message that says why, with buttons that may help.

        When the refusal is about a limit on links, the alert channel is told too.
        """
        await self._limit_notice.tell(request.place.user, refused)
        return self._replies.refusal(refused, command)
