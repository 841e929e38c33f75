"""Addresses of channels and messages, for people to go where something was said."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import get_log
from bot.slack.failures import SLACK_FAILURES

PATIENCE_SECONDS = 1.0

_log = get_log(__name__)


class PlaceLinks:
    """Writes addresses in the workspace that the bot token belongs to."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._workspace: str | None = None

    async def link_to(self, channel: str, ts: str | None = None) -> str | None:
        """Return the address of a message or of the channel; None when Slack does not answer."""
        workspace = await self._address()
        if workspace is None:
            return None
        message = f"/p{ts.replace('.', '')}" if ts else ""
        return f"{workspace.rstrip('/')}/archives/{channel}{message}"

    async def _address(self) -> str | None:
        if self._workspace is None:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    answer = await self._client.auth_test()
            except SLACK_FAILURES as error:
                _log.warning("workspace_address_unknown", error=type(error).__name__)
                return None
            self._workspace = str(answer.get("url") or "") or None
        return self._workspace
