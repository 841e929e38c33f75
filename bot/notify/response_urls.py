"""Messages at the address that Slack gives with a request: five within thirty minutes."""

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.client import SLACK_TIMEOUT_SECONDS, retry_handlers
from bot.words import Message


async def respond(
    session: aiohttp.ClientSession,
    response_url: str,
    message: Message,
    *,
    thread: str | None = None,
    replaces: bool = False,
) -> bool:
    """Show a message to the person alone; return whether Slack took it.

    With `replaces` it replaces the message whose button was pressed, else it goes into `thread` (a message's
    ts). Raises what the network raises.
    """
    webhook = AsyncWebhookClient(
        response_url, timeout=SLACK_TIMEOUT_SECONDS, session=session, retry_handlers=retry_handlers()
    )
    body: dict[str, object] = {
        "text": message.text,
        "blocks": message.blocks,
        "response_type": "ephemeral",
        "replace_original": replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if thread and not replaces:
        body["thread_ts"] = thread
    return (await webhook.send_dict(body)).status_code == 200
