"""The self-check's probe of the app-level token, which opens the connection of Socket Mode."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.check import Check
from bot.slack.checkup import failed
from bot.slack.failures import SLACK_FAILURES


class AppTokenCheckup:
    """Asks Slack for the address of a connection, and opens none."""

    def __init__(self, client: AsyncWebClient, app_token: str) -> None:
        self._client = client
        self._app_token = app_token

    async def __call__(self) -> tuple[Check, ...]:
        """Ask. Never raises."""
        try:
            await self._client.apps_connections_open(app_token=self._app_token)
        except SLACK_FAILURES as error:
            return (failed("slack_app_token", error),)
        return (Check("slack_app_token", "ok", "works"),)
