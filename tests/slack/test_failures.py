"""What Slack refuses is told with Slack's word; a gateway's page in its place is no answer."""

from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import Unavailable
from bot.slack.channels import ChannelCheckup
from bot.slack.checkup import SlackCheckup, SlackRequirements, check_app_token
from bot.slack.failures import word_of
from bot.slack.views import Views


def refused(data: Any) -> SlackApiError:
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
    )
    return SlackApiError("refused", answer)  # type: ignore[no-untyped-call]


class Refusing:
    """Refuses every call in the same way."""

    def __init__(self, data: Any) -> None:
        self._data = data

    async def _answered(self, **_: Any) -> Any:
        raise refused(self._data)

    auth_test = apps_connections_open = conversations_info = views_update = _answered


def client(data: Any) -> AsyncWebClient:
    return cast("AsyncWebClient", Refusing(data))


@pytest.mark.parametrize(("error", "word"), [
    (refused({"ok": False, "error": "not_in_channel"}), "not_in_channel"), (refused({"ok": False}), ""),
    (refused("<html>502 Bad Gateway</html>"), ""), (TimeoutError(), ""), (None, ""),
])  # fmt: skip
def test_the_word_is_slacks_or_there_is_none(error: BaseException | None, word: str) -> None:
    assert word_of(error) == word


@pytest.mark.parametrize(("data", "outcome"), [
    ({"ok": False, "error": "invalid_auth"}, "refused"), ("<html>502 Bad Gateway</html>", "unreachable"),
])  # fmt: skip
async def test_the_self_check_says_whether_slack_refuses_or_does_not_answer(data: Any, outcome: str) -> None:
    found = (
        *await SlackCheckup(client(data), SlackRequirements(token=True))(),
        *await check_app_token(client(data), "xapp-1"),
    )
    assert [each.outcome for each in found] == [outcome, outcome]


async def test_a_gateways_page_stops_neither_the_check_of_channels_nor_a_window() -> None:
    async def nothing_stored(_channel: str) -> None:
        return None

    page = client("<html>502 Bad Gateway</html>")
    (channel,) = await ChannelCheckup(page, ["C0ALERTS"], nothing_stored)()
    assert channel.outcome == "set"
    with pytest.raises(Unavailable):
        await Views(page).update("V1", {})
