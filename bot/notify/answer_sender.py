"""Delivers answers to the person who asked.

Ways are tried in this order: an open modal; the request's `response_url`, which works five times within
thirty minutes; `chat.postEphemeral`, for which the bot must be in the channel; a direct message. That one
stays, so a private message is not sent there, and the person is told so. Link previews are off everywhere,
since a preview opens the link.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from structlog.typing import FilteringBoundLogger

from bot.errors import Unavailable
from bot.notify.response_urls import respond
from bot.slack.failures import SLACK_FAILURES
from bot.slack.request import Place
from bot.slack.views import Views
from bot.words import Message, Words


@dataclass(eq=False, repr=False)
class AnswerSender:
    """Sends messages that one person sees. Never raises for what Slack or the network does.

    `count_error` is called with the name of each way that fails (`response_url`, `ephemeral`, …).
    """

    client: AsyncWebClient
    session: aiohttp.ClientSession
    log: FilteringBoundLogger
    count_error: Callable[[str], None]
    words: Words

    async def send(self, place: Place, message: Message) -> bool:
        """Show the message to the person alone. Return False when every way failed, which is logged."""
        for name, way in self._ways(place, message):
            try:
                if await way():
                    return True
                self.count_error(name)
            except (Unavailable, *SLACK_FAILURES) as error:
                self.count_error(name)
                self.log.warning("answer_way_failed", way=name, error=type(error).__name__)
        self.log.error("answer_lost", user=place.user, channel=place.channel)
        return False

    async def send_if_possible(self, place: Place, message: Message) -> None:
        """Show a message that may get lost: only the `response_url` is tried."""
        if not place.response_url:
            return
        try:
            await self._respond(place, message)
        except SLACK_FAILURES as error:
            self.log.info("mention_not_shown", error=type(error).__name__)

    def _ways(self, place: Place, message: Message) -> Sequence[tuple[str, Callable[[], Awaitable[bool]]]]:
        ways: list[tuple[str, Callable[[], Awaitable[bool]]]] = []
        if place.view:
            ways.append(("window", lambda: self._in_window(str(place.view), message)))
        if place.response_url:
            ways.append(("response_url", lambda: self._respond(place, message)))
        if place.channel:
            ways.append(("ephemeral", lambda: self._ephemeral(place, message)))
        ways.append(("direct_message", lambda: self._direct(place, message)))
        return ways

    async def _in_window(self, view: str, message: Message) -> bool:
        shown = self.words.view("answer_window") | {"blocks": message.blocks}
        return await Views(self.client).update(view, shown)

    async def _respond(self, place: Place, message: Message) -> bool:
        replaces = place.replaces and not (message.private and place.stays)
        return await respond(
            self.session, str(place.response_url), message, thread=place.thread, replaces=replaces
        )

    async def _ephemeral(self, place: Place, message: Message) -> bool:
        await self.client.chat_postEphemeral(
            channel=str(place.channel),
            user=place.user,
            text=message.text,
            blocks=message.blocks,
            thread_ts=place.thread,
            unfurl_links=False,
            unfurl_media=False,
        )
        return True

    async def _direct(self, place: Place, message: Message) -> bool:
        lasting = self.words.message("not_private") if message.private else message
        await self.client.chat_postMessage(
            channel=place.user,
            text=lasting.text,
            blocks=lasting.blocks,
            unfurl_links=False,
            unfurl_media=False,
        )
        return True
