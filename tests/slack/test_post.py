"""What Slack answers has a name, so that what follows is right: try again, look for it, or let it be."""

from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.post import OutgoingMessage, PostOutcome, PostResult, SlackPost
from bot.words import Message

KEY = {"event_type": "portalbot_alert", "event_payload": {"key": "1.1"}}
MESSAGE = OutgoingMessage(Message("Payout failed", []), "#alerts", KEY)


class Response(dict[str, Any]):
    """An answer of Slack as its client gives it."""

    def __init__(self, status: int, data: object, **headers: str) -> None:
        super().__init__(data if isinstance(data, dict) else {})
        self.status_code = status
        self.data = data
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Client:
    """Answers everything the same way."""

    def __init__(self, answer: Response | Exception) -> None:
        self._answer = answer

    async def _answered(self, **_: Any) -> Response:
        if isinstance(self._answer, Exception):
            raise self._answer
        if self._answer.status_code != 200 or not self._answer.get("ok"):
            raise SlackApiError("refused", self._answer)  # type: ignore[no-untyped-call]
        return self._answer

    chat_postMessage = chat_update = conversations_history = conversations_replies = _answered  # noqa: N815


def post(answer: Response | Exception) -> SlackPost:
    return SlackPost(cast("AsyncWebClient", Client(answer)))


def refused(word: str) -> Response:
    return Response(200, {"ok": False, "error": word})


@pytest.mark.parametrize(("answer", "outcome"), [
    (Response(429, {"ok": False, "error": "ratelimited"}), PostOutcome.LIMITED),
    (Response(429, "Too many"), PostOutcome.LIMITED), (refused("ratelimited"), PostOutcome.LIMITED),
    (refused("rate_limited"), PostOutcome.LIMITED), (Response(503, "<html>"), PostOutcome.UNSURE),
    (Response(500, {"ok": False, "error": "channel_not_found"}), PostOutcome.UNSURE),
    (refused("internal_error"), PostOutcome.UNSURE), (Response(200, "<html>"), PostOutcome.UNSURE),
    (TimeoutError(), PostOutcome.UNSURE), (ConnectionResetError(), PostOutcome.UNSURE),
    (refused("invalid_blocks"), PostOutcome.UNSHOWABLE), (refused("msg_too_long"), PostOutcome.UNSHOWABLE),
    (refused("message_not_found"), PostOutcome.GONE), (refused("thread_not_found"), PostOutcome.GONE),
    (refused("edit_window_closed"), PostOutcome.GONE), (refused("channel_not_found"), PostOutcome.CLOSED),
    (refused("not_in_channel"), PostOutcome.CLOSED), (refused("is_archived"), PostOutcome.CLOSED),
    (refused("restricted_action"), PostOutcome.CLOSED), (refused("invalid_auth"), PostOutcome.REFUSED),
])  # fmt: skip
async def test_every_answer_has_its_ending(answer: Response | Exception, outcome: PostOutcome) -> None:
    assert (await post(answer).send(MESSAGE)).outcome is outcome
    assert (await post(answer).find("C1", KEY, 1)).outcome is outcome


@pytest.mark.parametrize(
    ("given", "seconds"), [("30", 30), ("86400", 300), ("soon", 1), (None, 1), ("-5", 1)]
)
async def test_the_wait_is_as_long_as_slack_says_and_five_minutes_at_most(
    given: str | None, seconds: float
) -> None:
    answer = Response(429, "", **({"Retry_After": given} if given else {}))
    assert (await post(answer).send(MESSAGE)).wait == seconds


async def test_a_message_stands_where_slack_says_also_when_it_was_sent_by_the_channels_name() -> None:
    done = Response(200, {"ok": True, "channel": "C1", "ts": "1.5"})
    assert await post(done).send(MESSAGE) == PostResult(PostOutcome.DONE, "C1", "1.5")


@pytest.mark.parametrize(("metadata", "outcome"), [
    (KEY, PostOutcome.DONE),
    (KEY | {"event_type": "another_bots"}, PostOutcome.GONE),
    (None, PostOutcome.GONE),
    (KEY | {"event_payload": {"key": "2.1"}}, PostOutcome.GONE),
    (KEY | {"event_payload": None}, PostOutcome.GONE),
])  # fmt: skip
async def test_only_the_very_message_counts_as_found(metadata: object, outcome: PostOutcome) -> None:
    history = Response(200, {"ok": True, "messages": [{"ts": "1.5", "metadata": metadata}]})
    assert (await post(history).find("C1", KEY, 1)).outcome is outcome
    assert (await post(history).find("C1", KEY, 1, "1.1")).outcome is outcome
