"""What a call to Slack raises, and Slack's word for why it refused."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

SLACK_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""Whatever a call raises when Slack refuses, answers something else, or is not there."""


def word_of(error: BaseException | None) -> str:
    """Return the `error` of Slack's answer, such as `not_in_channel`; empty when it has none."""
    return str(answer_of(error).get("error") or "")


def answer_of(error: BaseException | None) -> Mapping[str, Any]:
    """Return what Slack answered.

    Empty when that is not JSON: a gateway's error page comes as text, with which `get` of slack_sdk's own
    response raises.
    """
    response = error.response if isinstance(error, SlackApiError) else None
    data = getattr(response, "data", response)
    return data if isinstance(data, Mapping) else {}
