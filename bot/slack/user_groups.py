"""Reads who is in a user group, and which workspace the bot is installed in."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.group_members import LookupFailed
from bot.logs import get_log

PATIENCE_SECONDS = 5.0
"""Time limit of each question, retries included."""

_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
_log = get_log(__name__)


class SlackUserGroups:
    """Asks Slack's Web API. Members need the scope `usergroups:read`."""

    def __init__(self, client: AsyncWebClient, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._client = client
        self._patience = patience_seconds
        self._home: frozenset[str] | None = None

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of the users in a group. Raises LookupFailed."""
        try:
            async with asyncio.timeout(self._patience):
                response = await self._client.usergroups_users_list(usergroup=group_id)
        except _FAILURES as error:
            _log.warning("user_group_unknown", group=group_id, error=type(error).__name__)
            raise LookupFailed(group_id) from error
        users = response.get("users")
        return frozenset(str(user) for user in users or ())

    async def home_teams(self) -> frozenset[str]:
        """Return the ids of the bot's workspace and of its organization, if any. Raises LookupFailed.

        The first answer is kept for as long as the process lives.
        """
        if self._home is None:
            try:
                async with asyncio.timeout(self._patience):
                    response = await self._client.auth_test()
            except _FAILURES as error:
                _log.warning("workspace_unknown", error=type(error).__name__)
                raise LookupFailed("auth.test") from error
            ids = (response.get("team_id"), response.get("enterprise_id"))
            self._home = frozenset(str(one) for one in ids if one)
        return self._home
