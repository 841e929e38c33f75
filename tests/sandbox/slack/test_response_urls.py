"""Response URLs are a budget: five answers, half an hour."""

from typing import Any

import httpx
import pytest

from sandbox.faults import Fault
from sandbox.slack.seed import AGENT, SUPPORT
from tests.sandbox.slack.conftest import Harness

QUIET = {"unfurl_links": False, "unfurl_media": False}


async def post(harness: Harness, url: str, **body: Any) -> httpx.Response:
    return await harness.http.post(url, json=QUIET | body)


@pytest.fixture
async def command_url(harness: Harness) -> str:
    await harness.command()
    return str(harness.bot.seen[0]["response_url"])


@pytest.fixture
async def click_url(harness: Harness) -> str:
    _, answer = await harness.command()
    await harness.slack.interactions.click(
        AGENT, "verbs", "pick", channel_id=SUPPORT, ts=answer.ts, values=["pause"]
    )
    return str(harness.bot.seen[-1]["response_url"])


async def test_the_sixth_answer_is_refused(harness: Harness, command_url: str) -> None:
    statuses = [(await post(harness, command_url, text=str(n))).status_code for n in range(5)]
    assert statuses == [200, 200, 200, 200, 404]  # the bot's own answer was the first use
    answer = await post(harness, command_url, text="six")
    assert (answer.status_code, answer.json()["error"]) == (404, "used_url")


async def test_after_half_an_hour_it_is_expired(harness: Harness, command_url: str) -> None:
    harness.clock.ahead = 30 * 60 + 1
    answer = await post(harness, command_url, text="late")
    assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")


@pytest.mark.parametrize(
    ("body", "error"), [(b"{", "invalid_payload"), (b"[]", "invalid_payload"), (b"{}", "no_text")]
)
async def test_nonsense_is_refused_without_using_it_up(
    harness: Harness, command_url: str, body: bytes, error: str
) -> None:
    for _ in range(6):
        answer = await harness.http.post(command_url, content=body)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert (await post(harness, command_url, text="still works")).status_code == 200


async def test_bad_blocks_come_back_with_pointers(harness: Harness, command_url: str) -> None:
    answer = await post(harness, command_url, text="x", blocks=[{"type": "nothing"}])
    assert answer.status_code == 400
    assert "[json-pointer:/blocks/0/type]" in answer.json()["response_metadata"]["messages"][0]


async def test_in_channel_is_for_everybody(harness: Harness, command_url: str) -> None:
    await post(harness, command_url, text="hello all", response_type="in_channel")
    assert harness.messages("U0PRIYA")[-1].draft.text == "hello all"


async def test_a_session_address_may_not_go_to_the_channel(harness: Harness, command_url: str) -> None:
    text = "https://billing.stripe.com/p/session/test_1"
    answer = await post(harness, command_url, text=text, response_type="in_channel")
    assert answer.status_code == 400
    assert (await post(harness, command_url, text=text)).status_code == 200


async def test_a_click_can_replace_its_own_ephemeral_message(harness: Harness, click_url: str) -> None:
    before = harness.messages()
    await post(harness, click_url, text="replaced", replace_original=True)
    after = harness.messages()
    assert [message.ts for message in after] == [message.ts for message in before]
    assert after[-1].draft.text == "replaced"
    assert after[-1].only_for == AGENT


async def test_a_click_can_delete_its_message(harness: Harness, click_url: str) -> None:
    before = len(harness.messages())
    await post(harness, click_url, delete_original=True)
    assert len(harness.messages()) == before - 1


async def test_after_a_command_there_is_nothing_to_replace(harness: Harness, command_url: str) -> None:
    before = len(harness.messages())
    await post(harness, command_url, text="new", replace_original=True)
    assert len(harness.messages()) == before + 1


async def test_an_answer_can_go_into_a_thread(harness: Harness, command_url: str) -> None:
    root = harness.slack.parts.workspace.timeline(SUPPORT, AGENT)[0]
    await post(harness, command_url, text="below", thread_ts=root.ts)
    assert harness.slack.parts.workspace.thread(SUPPORT, root.ts, AGENT)[-1].draft.text == "below"


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500)])
async def test_it_can_be_told_to_fail(harness: Harness, command_url: str, kind: str, status: int) -> None:
    harness.slack.faults.set(Fault(kind, times=1, seconds=7))
    answer = await post(harness, command_url, text="x")
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("7" if kind == "429" else None)
    assert (await post(harness, command_url, text="x")).status_code == 200
