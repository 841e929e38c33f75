"""Events that tell of trouble between Slack and the bot; any other is only acknowledged."""

from collections.abc import Awaitable, Callable

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.handlers.requests import Body
from bot.health.anomalies import Anomalies

RATE_LIMITED = "app_rate_limited"
"""Comes unasked, and in no `event_callback`."""
TROUBLE = (RATE_LIMITED, "app_uninstalled", "tokens_revoked")


class SlackEvents:
    """Takes the events of Slack that no person caused."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies

    async def trouble(self, ack: AsyncAck, body: Body) -> BoltResponse:
        """Raise an alert about an event of `TROUBLE`."""
        event = body.get("event")
        kind = event.get("type") if isinstance(event, dict) else None
        if kind in TROUBLE:
            await self._anomalies.report_slack(str(kind))
        return await ack()

    async def rate_limited(self, body: Body, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:  # noqa: A002 (Bolt's name)
        """Raise an alert about `app_rate_limited`, which Bolt hands to no listener."""
        if body.get("type") != RATE_LIMITED:
            await next()
            return None
        await self._anomalies.report_slack(RATE_LIMITED)
        return BoltResponse(status=200, body="")
