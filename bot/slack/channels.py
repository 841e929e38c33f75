"""The self-check's look at the channels that alerts go to: may the bot post there?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.check import Check
from bot.errors import Unavailable
from bot.slack.failures import SLACK_FAILURES, word_of

Refused = Callable[[str], Awaitable[str | None]]
"""Returns why a channel refused the last message, as far as is stored. Raises Unavailable."""

_WORDED = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
"""Reasons with a sentence of their own, which are outcomes of the check."""


class ChannelCheckup:
    """Asks Slack about each channel, without a message in it, and looks at how the last message went.

    Slack says whether the bot is in a channel with the scopes `channels:read` and `groups:read`. Without
    them, and of a channel that is set by its name, only the last message is known.
    """

    def __init__(self, client: AsyncWebClient, channels: Sequence[str], refused: Refused) -> None:
        """`channels` are ids (C…, G…) or #names, ALERT_CHANNEL first."""
        self._client = client
        self._channels = channels
        self._refused = refused

    async def __call__(self) -> tuple[Check, ...]:
        """Look at every channel. Never raises."""
        return tuple(await asyncio.gather(*map(self._check, self._channels)))

    async def _check(self, channel: str) -> Check:
        asked = await self._asked(channel)
        try:
            stored = await self._refused(channel)
        except Unavailable:
            stored = None
        # A message is the proof. But nothing may be sent to a rule's own channel for weeks, so there Slack's
        # word that the bot is in it counts for more than a refusal of long ago.
        mends = asked == "" and channel != self._channels[0] and stored != "restricted_action"
        reason = asked or (None if mends else stored)
        facts = {"channel": channel, "reason": reason}
        if reason:
            return Check("alert_channel", "broken", reason if reason in _WORDED else "refused", facts)
        return Check("alert_channel", "ok", "set" if asked is None else "works", facts)

    async def _asked(self, channel: str) -> str | None:
        """Return why the bot cannot post; "" when nothing stands in the way, None when Slack does not say."""
        if channel.startswith("#"):
            return None
        try:
            answer = await self._client.conversations_info(channel=channel)
        except SLACK_FAILURES as error:
            return "channel_not_found" if word_of(error) == "channel_not_found" else None
        found = answer.get("channel") or {}
        if found.get("is_archived") is True:
            return "is_archived"
        everywhere = "chat:write.public" in str(answer.headers.get("x-oauth-scopes", ""))
        if found.get("is_member") is False and (found.get("is_private") is True or not everywhere):
            return "not_in_channel"
        return ""
