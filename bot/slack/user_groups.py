"""Reads who is in a user group, and which workspace the bot is installed in."""

import asyncio
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.group_members import LookupFailed
from bot.logs import get_log
from bot.slack.failures import SLACK_FAILURES, word_of

PATIENCE_SECONDS = 5.0
"""Time limit of each question, retries included."""

_NOT_THERE = frozenset({"no_such_subteam", "subteam_not_found", "team_not_found"})
_log = get_log(__name__)


class SlackUserGroups:
    """Asks Slack's Web API. Members need the scope `usergroups:read`."""

    def __init__(self, client: AsyncWebClient, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._client = client
        self._patience = patience_seconds
        self._home: _Home | None = None
        self._team_of: dict[str, str] = {}

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of the users in a group. Raises LookupFailed."""
        try:
            async with asyncio.timeout(self._patience):
                response = await self._members(group_id)
        except SLACK_FAILURES as error:
            _log.warning("user_group_unknown", group=group_id, error=type(error).__name__)
            raise LookupFailed(group_id) from error
        users = response.get("users")
        return frozenset(str(user) for user in users or ())

    def team_of(self, group_id: str) -> str | None:
        """Return the workspace of a group that was read, where Slack wants it named; None elsewhere."""
        return self._team_of.get(group_id)

    async def home_teams(self) -> frozenset[str]:
        """Return the ids of the bot's workspace and of its organization, if any. Raises LookupFailed.

        The first answer is kept for as long as the process lives.
        """
        try:
            async with asyncio.timeout(self._patience):
                return (await self._find_home()).ids
        except SLACK_FAILURES as error:
            _log.warning("workspace_unknown", error=type(error).__name__)
            raise LookupFailed("auth.test") from error

    async def _find_home(self) -> "_Home":
        if self._home is None:
            response = await self._client.auth_test()
            ids = (response.get("team_id"), response.get("enterprise_id"))
            teams: tuple[str, ...] = ()
            if response.get("is_enterprise_install") is True:
                listed = await self._client.auth_teams_list(limit=1000)
                teams = tuple(str(each["id"]) for each in listed.get("teams") or ())
            self._home = _Home(frozenset(str(one) for one in (*ids, *teams) if one), teams)
        return self._home

    async def _members(self, group_id: str) -> AsyncSlackResponse:
        """Ask who is in a group. A token for a whole organization needs to be told in which workspace."""
        teams = (await self._find_home()).teams
        known = self._team_of.get(group_id)
        for team in (known,) if known else teams:
            try:
                found = await self._client.usergroups_users_list(usergroup=group_id, team_id=team)
            except SlackApiError as error:
                if word_of(error) not in _NOT_THERE or team == teams[-1]:
                    raise
            else:
                self._team_of[group_id] = team
                return found
        return await self._client.usergroups_users_list(usergroup=group_id)


@dataclass(frozen=True, slots=True)
class _Home:
    """`ids` of the workspace and its organization; `teams` of an app installed for a whole organization."""

    ids: frozenset[str]
    teams: tuple[str, ...]
