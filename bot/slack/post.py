"""One message to Slack and what came of it: every way it can end has a name, nothing is tried twice here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.words import Message

_LONGEST_WAIT = 300
_UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_UNSHOWABLE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long", "msg_too_long"}
)


class Ending(Enum):
    """How a call ended. `UNSURE`: Slack may or may not have done it."""

    DONE = auto()
    LIMITED = auto()
    UNSURE = auto()
    UNSHOWABLE = auto()
    GONE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a call: where the message stands, how long to wait (seconds), or Slack's word."""

    ending: Ending
    channel: str = ""
    ts: str = ""
    wait: float = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and where it goes; `ts` is set to change one that stands there."""

    message: Message
    channel: str
    metadata: Mapping[str, Any]
    ts: str | None = None
    thread: str | None = None


class SlackPost:
    """Posts and changes messages. The client must not retry by itself: a repeated post is a second one."""

    def __init__(self, client: AsyncWebClient) -> None:
        """Nothing is called here."""
        self._client = client

    async def send(self, letter: Letter) -> Posted:
        """Post or change a message. Never raises for what Slack or the network does."""
        try:
            answer = await (self._change(letter) if letter.ts else self._post(letter))
        except SlackApiError as error:
            return _ended(error)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Posted(Ending.UNSURE, error=type(error).__name__)
        return Posted(Ending.DONE, str(answer.get("channel") or letter.channel), str(answer.get("ts")))

    async def find(
        self, channel: str, metadata: Mapping[str, Any], since: int, thread: str | None = None
    ) -> Posted:
        """Look for a message with this metadata: DONE with its place, GONE when it is not there."""
        oldest = str(since)
        try:
            if thread is not None:
                answer = await self._client.conversations_replies(
                    channel=channel, ts=thread, oldest=oldest, limit=200, include_all_metadata=True
                )
            else:
                answer = await self._client.conversations_history(
                    channel=channel, oldest=oldest, limit=200, include_all_metadata=True
                )
        except SlackApiError as error:
            return _ended(error)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Posted(Ending.UNSURE, error=type(error).__name__)
        for each in answer.get("messages") or []:
            if _same(each.get("metadata"), metadata):
                return Posted(Ending.DONE, channel, str(each["ts"]))
        return Posted(Ending.GONE)

    async def _post(self, letter: Letter) -> Any:
        return await self._client.chat_postMessage(
            channel=letter.channel,
            text=letter.message.text,
            blocks=letter.message.blocks,
            thread_ts=letter.thread,
            metadata=dict(letter.metadata),
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _change(self, letter: Letter) -> Any:
        return await self._client.chat_update(
            channel=letter.channel,
            ts=str(letter.ts),
            text=letter.message.text,
            blocks=letter.message.blocks,
            metadata=dict(letter.metadata),
        )


def _same(found: object, wanted: Mapping[str, Any]) -> bool:
    if not isinstance(found, Mapping) or found.get("event_type") != wanted["event_type"]:
        return False
    payload = found.get("event_payload")
    return isinstance(payload, Mapping) and payload.get("key") == wanted["event_payload"]["key"]


def _ended(error: SlackApiError) -> Posted:
    response = error.response
    status = getattr(response, "status_code", 200)
    data = getattr(response, "data", None)
    # A gateway's error page comes as text, and slack_sdk's own `get` stumbles over it.
    word = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    if status == 429 or word in {"ratelimited", "rate_limited"}:
        return Posted(
            Ending.LIMITED, wait=_retry_after(getattr(response, "headers", {})), error="ratelimited"
        )
    if status >= 500 or word in _UNSURE or not word:
        return Posted(Ending.UNSURE, error=word or str(status))
    if word in _UNSHOWABLE:
        return Posted(Ending.UNSHOWABLE, error=word)
    if word in {"message_not_found", "thread_not_found"}:
        return Posted(Ending.GONE, error=word)
    return Posted(Ending.REFUSED, error=word)


def _retry_after(headers: Mapping[str, str]) -> float:
    given = {str(name).lower(): str(value) for name, value in headers.items()}.get("retry-after", "1")
    return min(float(given), _LONGEST_WAIT) if given.isdigit() else 1.0
