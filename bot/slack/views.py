"""Opens and updates modals, and publishes the App Home.

A trigger is valid for three seconds, so nothing slow may come before a modal is opened.
"""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unavailable
from bot.slack.failures import SLACK_FAILURES, answer_of, word_of
from bot.slack.request import SlackRequest

_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"})


class Views:
    """Calls `views.open`, `views.update` and `views.publish`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open(self, request: SlackRequest, view: dict[str, Any]) -> str:
        """Open a modal, on top of the one that the request came from, and return its id.

        Raises Unavailable: "window_too_late" when the request's trigger has expired, "slack_refused",
        "slack_unavailable".
        """
        try:
            # A modal opened from a modal would take its place.
            show = self._client.views_push if request.place.view else self._client.views_open
            opened = await show(trigger_id=request.trigger, view=view)
        except SlackApiError as error:
            code = "window_too_late" if _came_too_late(error) else "slack_refused"
            raise Unavailable(code, retry=True) from error
        except SLACK_FAILURES as error:
            raise Unavailable("slack_unavailable", retry=True) from error
        return str(opened["view"]["id"])

    async def update(self, view_id: str, view: dict[str, Any]) -> bool:
        """Replace the contents of a modal. Return False when it is closed already. Raises Unavailable."""
        try:
            await self._client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if word_of(error) == "not_found":
                return False
            raise Unavailable("slack_refused", retry=True) from error
        except SLACK_FAILURES as error:
            raise Unavailable("slack_unavailable", retry=True) from error
        return True

    async def publish_home(self, user: str, view: dict[str, Any]) -> None:
        """Publish a user's App Home. Raises Unavailable when Slack refuses or does not answer."""
        try:
            await self._client.views_publish(user_id=user, view=view)
        except SLACK_FAILURES as error:
            raise Unavailable("slack_unavailable", retry=True) from error


def _came_too_late(error: SlackApiError) -> bool:
    """Say whether the trigger had expired; the older form of that is a message beside the error."""
    if word_of(error) in _TOO_LATE:
        return True
    messages = (answer_of(error).get("response_metadata") or {}).get("messages") or ()
    return any("trigger_id" in str(each) and "expired" in str(each) for each in messages)
