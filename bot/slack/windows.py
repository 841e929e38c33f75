"""Opening modals: a trigger lives for three seconds, so nothing slow may come before this."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unavailable
from bot.slack.request import SlackRequest


class Windows:
    """Opens modals and publishes the App Home."""

    def __init__(self, client: AsyncWebClient) -> None:
        """Share the process's one Slack client."""
        self._client = client

    async def open(self, request: SlackRequest, view: dict[str, Any]) -> str:
        """Open a modal; its id. Raises Unavailable when the trigger has expired or Slack does not answer."""
        try:
            opened = await self._client.views_open(trigger_id=request.trigger, view=view)
        except SlackApiError as error:
            late = error.response.get("error") in {
                "expired_trigger_id",
                "trigger_expired",
                "exchanged_trigger_id",
            }
            raise Unavailable("window_too_late" if late else "slack_refused", retry=True) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable("slack_unavailable", retry=True) from error
        return str(opened["view"]["id"])

    async def update(self, view_id: str, view: dict[str, Any]) -> bool:
        """Show something else in a modal; False when it was closed meanwhile. Raises Unavailable."""
        try:
            await self._client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") == "not_found":
                return False
            raise Unavailable("slack_refused", retry=True) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable("slack_unavailable", retry=True) from error
        return True

    async def publish_home(self, user: str, view: dict[str, Any]) -> None:
        """Show the App Home. Raises Unavailable when Slack does not take it."""
        try:
            await self._client.views_publish(user_id=user, view=view)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable("slack_unavailable", retry=True) from error
