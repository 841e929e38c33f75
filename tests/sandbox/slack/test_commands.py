"""Slash commands: what is sent, what the ack does, and what the stopwatch shows."""

import asyncio

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack.seed import AGENT, SUPPORT
from tests.sandbox.slack.conftest import Harness
from tests.sandbox.slack.fake_bot import card


async def test_a_command_arrives_signed_with_slacks_fields(harness: Harness) -> None:
    await harness.command("/portal  why cus_1 ")
    sent = harness.bot.seen[0]
    assert sent["command"] == "/portal"
    assert sent["text"] == "why cus_1"
    assert sent["user_id"] == AGENT
    assert sent["channel_name"] == "support"
    assert "thread_ts" not in sent
    assert sent["response_url"].startswith(harness.bot.sandbox_url)


async def test_a_wrong_signing_secret_is_shown_as_a_failed_dispatch(harness: Harness) -> None:
    harness.slack.bot.signing_secret = "another"
    echo, complaint = await harness.command()
    assert echo.problems == ("This app responded with status code 401 (dispatch_failed).",)
    assert complaint.draft.text == '/portal failed with the error "dispatch_failed"'
    assert complaint.only_for == AGENT


async def test_the_answer_through_the_response_url_is_ephemeral(harness: Harness) -> None:
    echo, answer = await harness.command()
    assert echo.kind == "command"
    assert echo.ack_ms is not None
    assert answer.only_for == AGENT
    assert answer.draft.blocks[0]["type"] == "header"


@pytest.mark.parametrize("harness", [0.25], indirect=True)
async def test_a_late_ack_is_a_timeout_and_the_stopwatch_goes_on(harness: Harness) -> None:
    harness.bot.delay = 0.4
    echo, complaint = await harness.command()
    assert complaint.draft.text == '/portal failed with the error "operation_timeout"'
    assert echo.ack_ms == 250
    await asyncio.sleep(0.3)
    call = next(call for call in harness.traffic if call.service == "slack-out")
    assert call.milliseconds is not None
    assert call.milliseconds >= 390
    assert call.status == "operation_timeout"


async def test_a_bot_that_is_not_there_is_a_failed_dispatch(harness: Harness) -> None:
    harness.slack.bot.url = "http://127.0.0.1:9/slack/events"
    _, complaint = await harness.command()
    assert "dispatch_failed" in complaint.draft.text


async def test_plain_ack_text_is_shown_to_the_sender_alone(harness: Harness) -> None:
    harness.bot.acks["help"] = PlainTextResponse("usage: …")
    _, answer = await harness.command("/portal help")
    assert (answer.draft.text, answer.only_for) == ("usage: …", AGENT)


async def test_ack_json_may_speak_to_the_channel(harness: Harness) -> None:
    harness.bot.acks["oncall"] = JSONResponse({"response_type": "in_channel", "text": "Sam is on call"})
    _, answer = await harness.command("/portal oncall")
    assert answer.only_for is None


async def test_an_empty_ack_shows_nothing(harness: Harness) -> None:
    harness.bot.acks["doctor"] = Response()
    assert len(await harness.command("/portal doctor")) == 1


async def test_bad_blocks_in_an_ack_are_not_shown_but_noted(harness: Harness) -> None:
    harness.bot.acks["help"] = JSONResponse({"blocks": card()})
    assert len(await harness.command("/portal help")) == 1
    assert "fallback text" in harness.slack.parts.violations.seen[0].problems[0]


async def test_commands_do_not_run_in_threads(harness: Harness) -> None:
    root = harness.slack.parts.workspace.timeline(SUPPORT, AGENT)[1]
    outcome = await harness.slack.interactions.type_text(AGENT, SUPPORT, "/portal x", root.ts)
    assert outcome.failure == "command_in_thread"
    last = harness.slack.parts.workspace.thread(SUPPORT, root.ts, AGENT)[-1]
    assert last.draft.text == "/portal is not supported in threads. Sorry!"
    assert not harness.bot.seen


async def test_a_command_nobody_registered_is_answered_by_slack(harness: Harness) -> None:
    (complaint,) = await harness.command("/other x")
    assert "/other is not a valid command" in complaint.draft.text
    assert not harness.bot.seen


async def test_the_bot_gives_the_challenge_back(harness: Harness) -> None:
    assert await harness.slack.interactions.verify_url("three two one")
