"""The self-check's probe of the app-level token, which opens the connection of Socket Mode."""

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.check import Check


class AppTokenCheckup:
    """Asks Slack for the address of a connection, and opens none."""

    def __init__(self, client: AsyncWebClient, app_token: str) -> None:
        self._client = client
        self._app_token = app_token

    async def __call__(self) -> tuple[Check, ...]:
        """Ask. Never raises."""
        try:
            await self._client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            facts = {"reason": str(error.response.get("error", ""))}
            return (Check("slack_app_token", "broken", "refused", facts),)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
            return (Check("slack_app_token", "broken", "unreachable"),)
        return (Check("slack_app_token", "ok", "works"),)
