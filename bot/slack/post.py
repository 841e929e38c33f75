"""Posts, updates and finds messages, and says how each call went. Nothing is tried twice here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import get_log
from bot.slack.failures import SLACK_FAILURES, word_of
from bot.words import Message

_LONGEST_WAIT = 300
"""Seconds; a longer `Retry-After` is cut to this."""
_UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_UNSHOWABLE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long", "msg_too_long"}
)


_CLOSED = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "no_permission",
        "team_access_not_granted",
        "user_not_found",
        "cannot_dm_bot",
        "messages_tab_disabled",
    }
)
_GONE = frozenset(
    {
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
    }
)


_log = get_log(__name__)


class PostOutcome(Enum):
    """How a call to Slack went.

    `LIMITED`: Slack answered 429. `UNSURE`: Slack may or may not have done it. `UNSHOWABLE`: Slack refused
    the blocks. `GONE`: the message or its thread is not there, or can be changed no more. `CLOSED`: the
    channel or person takes no messages from the bot. `REFUSED`: any other error.
    """

    DONE = auto()
    LIMITED = auto()
    UNSURE = auto()
    UNSHOWABLE = auto()
    GONE = auto()
    CLOSED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class PostResult:
    """The outcome of a call.

    `channel` and `ts` are the place of the message, when DONE; `wait` is how many seconds to wait, when
    LIMITED; `error` is Slack's error code, or the name of the exception.
    """

    outcome: PostOutcome
    channel: str = ""
    ts: str = ""
    wait: float = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message and where it goes.

    With `ts` it replaces the message that is there, with `thread` (a message's ts) it goes into that thread.
    `metadata` has `event_type` and `event_payload`, in which `key` identifies a message that is to be found.
    """

    message: Message
    channel: str
    metadata: Mapping[str, Any] | None = None
    ts: str | None = None
    thread: str | None = None


class SlackPost:
    """Posts and updates messages. Its client must not retry: a repeated post is a second message."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def send(self, outgoing: OutgoingMessage) -> PostResult:
        """Post or update a message. Never raises for what Slack or the network does."""
        try:
            answer = await (self._change(outgoing) if outgoing.ts else self._post(outgoing))
        except (*SLACK_FAILURES, ValueError) as error:
            return _ended(error)
        return PostResult(
            PostOutcome.DONE, str(answer.get("channel") or outgoing.channel), str(answer.get("ts"))
        )

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of ours, if Slack lets us. Never raises for what Slack or the network does."""
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except (*SLACK_FAILURES, ValueError) as error:
            _log.warning("message_not_deleted", error=type(error).__name__)

    async def find(
        self, channel: str, metadata: Mapping[str, Any], since: int, thread: str | None = None
    ) -> PostResult:
        """Look for a message with this metadata in a channel, or in one thread of it.

        Only messages since `since` (Unix seconds) are looked at. Return DONE with its place, or GONE when
        it is not there. Never raises for what Slack or the network does.
        """
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
        except (*SLACK_FAILURES, ValueError) as error:
            return _ended(error)
        for each in answer.get("messages") or []:
            if _same(each.get("metadata"), metadata):
                return PostResult(PostOutcome.DONE, channel, str(each["ts"]))
        return PostResult(PostOutcome.GONE)

    async def _post(self, outgoing: OutgoingMessage) -> Any:
        return await self._client.chat_postMessage(
            channel=outgoing.channel,
            text=outgoing.message.text,
            blocks=outgoing.message.blocks,
            thread_ts=outgoing.thread,
            metadata=dict(outgoing.metadata) if outgoing.metadata else None,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _change(self, outgoing: OutgoingMessage) -> Any:
        return await self._client.chat_update(
            channel=outgoing.channel,
            ts=str(outgoing.ts),
            text=outgoing.message.text,
            blocks=outgoing.message.blocks,
            metadata=dict(outgoing.metadata) if outgoing.metadata else None,
        )


def _same(found: object, wanted: Mapping[str, Any]) -> bool:
    if not isinstance(found, Mapping) or found.get("event_type") != wanted["event_type"]:
        return False
    payload = found.get("event_payload")
    return isinstance(payload, Mapping) and payload.get("key") == wanted["event_payload"]["key"]


def _ended(error: Exception) -> PostResult:
    if not isinstance(error, SlackApiError):
        return PostResult(PostOutcome.UNSURE, error=type(error).__name__)
    response = error.response
    status = getattr(response, "status_code", 200)
    word = word_of(error)
    if status == 429 or word in {"ratelimited", "rate_limited"}:
        return PostResult(
            PostOutcome.LIMITED, wait=_retry_after(getattr(response, "headers", {})), error="ratelimited"
        )
    if status >= 500 or word in _UNSURE or not word:
        return PostResult(PostOutcome.UNSURE, error=word or str(status))
    kinds = ((_UNSHOWABLE, PostOutcome.UNSHOWABLE), (_GONE, PostOutcome.GONE), (_CLOSED, PostOutcome.CLOSED))
    outcome = next((outcome for words, outcome in kinds if word in words), PostOutcome.REFUSED)
    return PostResult(outcome, error=word)


def _retry_after(headers: Mapping[str, str]) -> float:
    given = {str(name).lower(): str(value) for name, value in headers.items()}.get("retry-after", "1")
    return min(float(given), _LONGEST_WAIT) if given.isdigit() else 1.0
