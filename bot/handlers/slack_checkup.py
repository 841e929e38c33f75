"""The part of the self-check that asks Slack."""

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import BOT_SCOPES
from bot.use_cases.results import Check


class SlackCheckup:
    """Checks the token and its scopes; `user_groups` are those that roles are given by."""

    def __init__(self, client: AsyncWebClient, user_groups: frozenset[str]) -> None:
        """Share the process's one Slack client."""
        self._client = client
        self._user_groups = user_groups

    async def __call__(self) -> tuple[Check, ...]:
        """Ask Slack. Never raises."""
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            return (Check("slack", "broken", "refused", {"reason": str(error.response.get("error", ""))}),)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
            return (Check("slack", "broken", "unreachable"),)
        granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
        needed = set(BOT_SCOPES) | ({"usergroups:read"} if self._user_groups else set())
        missing = sorted(needed - granted) if granted != {""} else []
        if missing:
            return (Check("slack", "broken", "scopes_missing", {"scopes": ", ".join(missing)}),)
        return (
            Check("slack", "ok", "connected", {"workspace": str(answer.get("team", ""))}),
            *await self._groups(),
        )

    async def _groups(self) -> tuple[Check, ...]:
        checks = []
        for group in sorted(self._user_groups):
            try:
                answer = await self._client.usergroups_users_list(usergroup=group)
                count = len(answer.get("users") or [])
                found = Check("slack_group", "ok" if count else "warn", "members" if count else "empty")
                found.facts.update({"group": group, "count": count})
            except SlackApiError as error:
                reason = str(error.response.get("error", ""))
                found = Check("slack_group", "broken", "refused", {"group": group, "reason": reason})
            except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
                found = Check("slack_group", "broken", "unreachable", {"group": group})
            checks.append(found)
        return tuple(checks)
