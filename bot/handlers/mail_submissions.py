"""Mails that were sent off in Slack: kept before Slack gets its answer, then queued or refused.

The process that got the request goes on at once. When it dies, or the database does not answer, the sweep of
any process that runs jobs does the same a little later, and the agent is told in the same places.
"""

import contextlib
from dataclasses import asdict, dataclass
from typing import Any

from bot.commands.command import Command
from bot.commands.reading import read_command
from bot.durations import HOUR, Clock
from bot.errors import Refused, Unavailable
from bot.guarded import Failed, guarded
from bot.handlers.boundary import Work
from bot.handlers.mail_requests import VIEW, mail_form, mail_line
from bot.handlers.requesters import Requesters
from bot.logs import get_log
from bot.mail.mail import MailPlace
from bot.mail.requests import MailRequest, MailRequests
from bot.notify.answer_sender import AnswerSender
from bot.notify.mail_notices import MailNotices
from bot.replies.mail import MailReplies
from bot.slack.readers import Readers
from bot.slack.request import Place, SlackRequest
from bot.slack.views import Views
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.mail_service import MailService
from bot.use_cases.results import MailQueued
from bot.words import Message

RESPONSE_URL_SECONDS = 1800
RESPONSE_URL_USES = 5
"""How long and how often Slack accepts messages at a `response_url`."""
GIVE_UP_SECONDS = HOUR
"""How long a database that comes and goes is waited for, before the agent is told that there is no mail."""
_OURS = frozenset({"database_unavailable", "tables_missing"})

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class MailSubmissions:
    """Keeps mails that were sent off, and decides about them."""

    requests: MailRequests
    dispatcher: Dispatcher
    mail: MailService
    requesters: Requesters
    views: Views
    replies: MailReplies
    notices: MailNotices
    sender: AnswerSender
    clock: Clock
    readers: Readers

    async def keep(self, request: SlackRequest) -> Work | None:
        """Keep what was sent off, and return the work that is left: none when it was kept before.

        Raises Unavailable.
        """
        customer = read_command(mail_line(request)).subject
        kept = MailRequest(request.key, customer, request.asked_at, asdict(request))
        return self._go_on if await self.requests.keep(kept, self.clock()) else None

    async def sweep(self) -> None:
        """Decide about every request that nobody has in hand. Raises Unavailable."""
        while (kept := await self.requests.take(self.clock())) is not None:
            request = _request(kept.request)
            with self.readers.speaking_to(request.place.user):
                await self._decide(request)

    async def refused(
        self, request: SlackRequest, command: Command, refused: Refused, view: str | None
    ) -> Message:
        """Show in the modal why there is no mail, and return the message that says it too."""
        if view is not None:
            with contextlib.suppress(Unavailable):
                await self.views.update(view, self.replies.refused_view(refused))
        return await self.requesters.refusal(request, command, refused)

    async def _go_on(self, request: SlackRequest) -> Message | None:
        with contextlib.suppress(Unavailable):  # then the sweep does it
            await self._decide(request)
        return None

    async def _decide(self, request: SlackRequest) -> None:
        """Queue the mail or tell why not. Raises Unavailable when that is left to a later sweep."""
        command = read_command(mail_line(request))
        answer = await guarded(lambda: self._queued(request, command), _log)
        if isinstance(answer, Failed):
            await self.sender.send(request.place, self.requesters.failure(answer.reference))
        elif isinstance(answer, Refused):
            if answer.code in _OURS and self.clock() - request.asked_at < GIVE_UP_SECONDS:
                raise answer
            view = request.fields.get(VIEW)
            await self.sender.send(request.place, await self.refused(request, command, answer, view))
        await self.requests.drop(request.key)

    async def _queued(self, request: SlackRequest, command: Command) -> Refused | None:
        """Queue the mail, tell the agent, and then start sending: so the agent reads the states in order."""
        form = mail_form(request, _place(request))
        try:
            queued = await self.dispatcher.do(command, self.requesters.person(request), form=form)
        except Refused as refused:
            return refused
        assert isinstance(queued, MailQueued)  # noqa: S101 (a form that is to be sent)
        await self.notices.tell(queued.mail)
        await self.mail.start_sending(queued.mail)
        return None


def _request(kept: Any) -> SlackRequest:
    return SlackRequest(**{**kept, "place": Place(**kept["place"])})


def _place(request: SlackRequest) -> MailPlace:
    place = request.place
    usable = place.response_url if place.replaces else None
    return MailPlace(
        user=place.user,
        view=request.fields.get(VIEW),
        response_url=usable,
        until=request.asked_at + RESPONSE_URL_SECONDS if usable else 0,
        uses=RESPONSE_URL_USES - 1 if usable else 0,
    )
