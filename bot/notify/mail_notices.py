"""Shows agents the state of their mails, in one message that is updated and in the modal while it is open.

After a pressed button, the button's message is replaced through its `response_url` (five uses, thirty
minutes). A slash command has no message that could be replaced, so the agent gets a direct message, which can
be updated at any time.
"""

import asyncio
from dataclasses import dataclass, field, replace

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.durations import Clock
from bot.errors import Unavailable
from bot.logs import get_log
from bot.mail.mail import Mail, MailPlace
from bot.mail.rows import Mails
from bot.notify.response_urls import respond
from bot.replies.mail import MailReplies
from bot.slack.failures import SLACK_FAILURES, word_of
from bot.slack.readers import Readers
from bot.slack.views import Views
from bot.words import Message

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class MailNotices:
    """Shows the state of mails to their agents.

    Never raises for what Slack does: a state that could not be shown is shown by a later call. `session` is
    for response URLs.
    """

    client: AsyncWebClient
    session: aiohttp.ClientSession
    mails: Mails
    replies: MailReplies
    clock: Clock
    readers: Readers
    _one_at_a_time: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def tell(self, mail: Mail) -> None:
        """Show the present state of a mail, unless it was shown already.

        Raises Unavailable when the database does not answer.
        """
        lock = self._one_at_a_time.setdefault(mail.id, asyncio.Lock())
        async with lock:
            present = await self.mails.get(mail.id)
            if present is None or present.place is None or present.told == present.stage:
                return
            with self.readers.speaking_to(present.place.user):
                place = await self._show(present, present.place)
            if place is not None:
                await self.mails.remember_told(present, present.stage, place)
        if present.state.is_final:
            self._one_at_a_time.pop(mail.id, None)

    async def _show(self, mail: Mail, place: MailPlace) -> MailPlace | None:
        place = await self._update_modal(mail, place)
        message = self.replies.message(mail)
        try:
            if place.ts is not None and await self._changed(place, message):
                return place
            if place.response_url and place.uses > 0 and self.clock() < place.until:
                if await self._replaced(place.response_url, message):
                    return replace(place, uses=place.uses - 1)
                place = replace(place, response_url=None)
            posted = await self.client.chat_postMessage(
                channel=place.user,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:  # no way to this person at all; asking again would change nothing
            _log.warning("agent_not_reached", mail=mail.id, slack=word_of(error))
            return place
        except SLACK_FAILURES as error:
            _log.warning("mail_state_not_told", mail=mail.id, error=type(error).__name__)
            return None
        return replace(place, channel=posted["channel"], ts=posted["ts"])

    async def _changed(self, place: MailPlace, message: Message) -> bool:
        try:
            await self.client.chat_update(
                channel=str(place.channel), ts=str(place.ts), text=message.text, blocks=message.blocks
            )
        except SlackApiError:  # deleted by the agent, or too old to be changed
            return False
        return True

    async def _update_modal(self, mail: Mail, place: MailPlace) -> MailPlace:
        if place.view is None:
            return place
        try:
            is_open = await Views(self.client).update(place.view, self.replies.state_view(mail))
        except Unavailable:  # the message says it too
            is_open = False
        return place if is_open else replace(place, view=None)

    async def _replaced(self, response_url: str, message: Message) -> bool:
        try:
            return await respond(self.session, response_url, message, replaces=True)
        except SLACK_FAILURES:
            return False
