"""A trigger that came too late is told from a Slack that refuses, in both forms Slack has for it."""

from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unavailable
from bot.slack.request import Place, SlackRequest
from bot.slack.views import Views
from tests.slack.test_post import Response

REQUEST = SlackRequest(Place("U1"), "T1", "", "1.2.3", "key")
OLDER = {"messages": ["[ERROR] value passed for argument `trigger_id` expired"]}


@pytest.mark.parametrize(("answer", "code"), [
    ({"error": "expired_trigger_id"}, "window_too_late"),
    ({"error": "exchanged_trigger_id"}, "window_too_late"),
    ({"error": "invalid_arguments", "response_metadata": OLDER}, "window_too_late"),
    ({"error": "invalid_arguments", "response_metadata": {"messages": ["no title"]}}, "slack_refused"),
    ({"error": "invalid_arguments"}, "slack_refused"),
])  # fmt: skip
async def test_a_late_trigger_is_told_from_a_refusal(answer: dict[str, Any], code: str) -> None:
    class Client:
        async def views_open(self, **_: Any) -> None:
            raise SlackApiError("no", Response(200, {"ok": False, **answer}))  # type: ignore[no-untyped-call]

    with pytest.raises(Unavailable) as refused:
        await Views(cast("AsyncWebClient", Client())).open(REQUEST, {})
    assert refused.value.code == code
