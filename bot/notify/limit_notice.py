"""Tells the alert channel when somebody reaches a limit on links: a stolen account, or a busy day."""

from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refused
from bot.logs import get_log
from bot.words import Words
from bot.words.speaking import speaking

LIMIT_CODES = frozenset({"too_many_links", "too_many_customers"})
QUIET_SECONDS = 600
"""How long nothing more is posted about one person and limit."""

_log = get_log(__name__)


class LimitNotice:
    """Posts about a person and a limit at most once in ten minutes, however often they try."""

    def __init__(
        self,
        client: AsyncWebClient,
        words: Words,
        channel: str | None,
        clock: Callable[[], int],
        count_error: Callable[[str], None],
    ) -> None:
        """Post to `channel`; when it is None, reached limits are only logged.

        `clock` gives Unix seconds; `count_error` is called with "alert_channel" when Slack refuses.
        """
        self._client = client
        self._words = words
        self._channel = channel
        self._clock = clock
        self._count_error = count_error
        self._told: dict[tuple[str, str], int] = {}

    async def tell(self, actor: str, refused: Refused) -> None:
        """Post about a refusal when a limit is its reason. Never raises for what Slack does."""
        if refused.code not in LIMIT_CODES or not self._is_news(actor, refused.code):
            return
        _log.warning("link_limit_reached", actor=actor, limit=refused.code)
        if self._channel is None:
            return
        with speaking(None):
            message = self._words.message("limit_reached", actor=actor, code=refused.code, **refused.facts)
        try:
            await self._client.chat_postMessage(
                channel=self._channel,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            self._count_error("alert_channel")
            _log.warning("limit_notice_failed", error=type(error).__name__)

    def _is_news(self, actor: str, code: str) -> bool:
        now = self._clock()
        self._told = {key: at for key, at in self._told.items() if now - at < QUIET_SECONDS}
        if (actor, code) in self._told:
            return False
        self._told[actor, code] = now
        return True
