"""Clicks, modals, shortcuts and the home tab, as the bot receives them."""

import pytest
from starlette.responses import JSONResponse, Response

from sandbox.slack.outcome import NoSuchThingError
from sandbox.slack.seed import AGENT, ONCALL, SUPPORT
from sandbox.slack.views import View
from tests.sandbox.slack.conftest import Harness, Json
from tests.sandbox.slack.fake_bot import card, modal

HELLO: Json = {"text": "hello", "blocks": card()}


async def open_modal(harness: Harness) -> View:
    _, answer = await harness.command()
    await harness.slack.interactions.click(AGENT, "verbs", "modal", channel_id=SUPPORT, ts=answer.ts)
    (view,) = harness.slack.parts.views.stack(AGENT)
    return view


async def test_a_click_in_an_ephemeral_message_has_a_container_and_no_message(harness: Harness) -> None:
    _, answer = await harness.command()
    await harness.slack.interactions.click(AGENT, "verbs", "home", channel_id=SUPPORT, ts=answer.ts)
    sent = harness.bot.seen[-1]
    assert sent["container"] == {
        "type": "message",
        "message_ts": answer.ts,
        "channel_id": SUPPORT,
        "is_ephemeral": True,
    }
    assert "message" not in sent
    assert sent["actions"][0]["value"] == "cus_1"
    assert sent["actions"][0]["block_id"] == "verbs"
    assert sent["state"]["values"]["verbs"]["pick"] == {"type": "static_select", "selected_option": None}


async def test_a_click_in_a_public_message_brings_the_message(harness: Harness) -> None:
    posted = await harness.api("chat.postMessage", channel=SUPPORT, **HELLO)
    await harness.slack.interactions.click(ONCALL, "verbs", "home", channel_id=SUPPORT, ts=posted["ts"])
    sent = harness.bot.seen[-1]
    assert sent["message"]["ts"] == posted["ts"]
    assert sent["message"]["blocks"] == posted["message"]["blocks"]
    assert sent["user"]["id"] == ONCALL


async def test_a_choice_brings_the_whole_option(harness: Harness) -> None:
    _, answer = await harness.command()
    await harness.slack.interactions.click(
        AGENT, "verbs", "pick", channel_id=SUPPORT, ts=answer.ts, values=["update"]
    )
    option = harness.bot.seen[-1]["actions"][0]["selected_option"]
    assert option == {"text": {"type": "plain_text", "text": "Update"}, "value": "update"}


async def test_nobody_can_click_what_only_somebody_else_sees(harness: Harness) -> None:
    _, answer = await harness.command()
    with pytest.raises(NoSuchThingError):
        await harness.slack.interactions.click(ONCALL, "verbs", "home", channel_id=SUPPORT, ts=answer.ts)


async def test_a_trigger_works_once(harness: Harness) -> None:
    await open_modal(harness)
    trigger = harness.bot.seen[-1]["trigger_id"]
    again = await harness.api("views.open", trigger_id=trigger, view=modal())
    assert again["error"] == "exchanged_trigger_id"


async def test_a_trigger_lasts_three_seconds(harness: Harness) -> None:
    await harness.command()
    harness.clock.ahead = 3.1
    late = await harness.api("views.open", trigger_id=harness.bot.seen[0]["trigger_id"], view=modal())
    assert late["error"] == "expired_trigger_id"
    unknown = await harness.api("views.open", trigger_id="1.2.3", view=modal())
    assert unknown["error"] == "invalid_trigger_id"


async def test_a_fourth_modal_does_not_fit_on_the_stack(harness: Harness) -> None:
    view = await open_modal(harness)
    for _ in range(2):
        await harness.slack.interactions.click(AGENT, "inside", "push", view_id=view.id)
        view = harness.slack.parts.views.stack(AGENT)[-1]
    assert len(harness.slack.parts.views.stack(AGENT)) == 3
    await harness.slack.interactions.click(AGENT, "inside", "push", view_id=view.id)
    assert harness.bot.answers[-1]["error"] == "push_limit_reached"
    assert view.previous_id == harness.slack.parts.views.stack(AGENT)[1].id


async def test_a_submission_carries_what_was_filled_in_and_closes(harness: Harness) -> None:
    view = await open_modal(harness)
    filled = {"to": {"to": ["a@b.example"]}, "language": {"language": ["de"]}, "note": {"note": [""]}}
    await harness.slack.interactions.submit(AGENT, view.id, filled)
    sent = harness.bot.seen[-1]
    assert sent["type"] == "view_submission"
    values = sent["view"]["state"]["values"]
    assert values["to"]["to"] == {"type": "email_text_input", "value": "a@b.example"}
    assert values["note"]["note"] == {"type": "plain_text_input", "value": None}
    assert values["language"]["language"]["selected_option"]["value"] == "de"
    assert harness.slack.parts.views.stack(AGENT) == []


async def test_slack_asks_for_required_inputs_before_it_asks_the_bot(harness: Harness) -> None:
    view = await open_modal(harness)
    before = len(harness.bot.seen)
    outcome = await harness.slack.interactions.submit(AGENT, view.id, {"to": {"to": [""]}})
    assert outcome.errors == {"to": "Please complete this required field."}
    assert len(harness.bot.seen) == before


async def test_errors_of_the_bot_stand_below_the_inputs(harness: Harness) -> None:
    harness.bot.acks["view_submission"] = JSONResponse(
        {"response_action": "errors", "errors": {"to": "No such mailbox"}}
    )
    view = await open_modal(harness)
    outcome = await harness.slack.interactions.submit(AGENT, view.id, {})
    assert outcome.errors == {"to": "No such mailbox"}
    assert harness.slack.parts.views.stack(AGENT) == [view]


async def test_errors_for_blocks_that_are_no_inputs_are_a_violation(harness: Harness) -> None:
    harness.bot.acks["view_submission"] = JSONResponse(
        {"response_action": "errors", "errors": {"inside": "x"}}
    )
    view = await open_modal(harness)
    await harness.slack.interactions.submit(AGENT, view.id, {})
    assert harness.slack.parts.violations.seen[0].error == "invalid_ack"


@pytest.mark.parametrize(
    ("action", "titles"), [("update", ["New"]), ("push", ["Email to Jenny", "New"]), ("clear", [])]
)
async def test_a_submission_can_update_stack_and_clear(
    harness: Harness, action: str, titles: list[str]
) -> None:
    answer = {"response_action": action} | ({} if action == "clear" else {"view": modal("New")})
    harness.bot.acks["view_submission"] = JSONResponse(answer)
    view = await open_modal(harness)
    await harness.slack.interactions.submit(AGENT, view.id, {})
    stack = harness.slack.parts.views.stack(AGENT)
    assert [view.definition["title"]["text"] for view in stack] == titles


@pytest.mark.parametrize("action", [None, "clear"])
async def test_a_submission_closes_its_own_modal_and_not_one_that_was_opened_meanwhile(
    harness: Harness, action: str | None
) -> None:
    submitted, views = await open_modal(harness), harness.slack.parts.views
    opened = views.open(AGENT, modal("Opened before the acknowledgement came"))
    views.close_all(submitted) if action else views.close(submitted)
    assert views.stack(AGENT) == [opened]


async def test_a_failing_submission_says_so_and_keeps_what_was_typed(harness: Harness) -> None:
    harness.bot.acks["view_submission"] = Response(status_code=500)
    view = await open_modal(harness)
    outcome = await harness.slack.interactions.submit(AGENT, view.id, {"to": {"to": ["kept@example.com"]}})
    assert outcome.failure == "dispatch_failed"
    assert view.errors == {"": "We had some trouble connecting. Try again?"}
    assert view.state["to"]["to"]["value"] == "kept@example.com"


async def test_closing_a_modal_tells_the_bot_when_it_asked_for_it(harness: Harness) -> None:
    view = await open_modal(harness)
    await harness.slack.interactions.close_view(AGENT, view.id)
    assert harness.bot.seen[-1]["type"] == "view_closed"
    assert harness.bot.seen[-1]["is_cleared"] is False


async def test_a_view_is_updated_only_with_its_last_hash(harness: Harness) -> None:
    view = await open_modal(harness)
    old = view.hash
    assert (await harness.api("views.update", view_id=view.id, hash=old, view=modal("Two")))["ok"]
    assert (await harness.api("views.update", view_id=view.id, hash=old, view=modal("Three")))[
        "error"
    ] == "hash_conflict"
    assert (await harness.api("views.update", view_id="V0", view=modal()))["error"] == "not_found"


async def test_the_message_shortcut_brings_the_message_of_a_thread(harness: Harness) -> None:
    workspace = harness.slack.parts.workspace
    root = workspace.timeline(SUPPORT, AGENT)[1]
    answer = workspace.thread(SUPPORT, root.ts, AGENT)[-1]
    await harness.slack.interactions.shortcut(AGENT, SUPPORT, answer.ts, "billing_help")
    sent = harness.bot.seen[-1]
    assert sent["callback_id"] == "billing_help"
    assert "cus_sandboxJenny" in sent["message"]["text"]
    assert sent["message"]["thread_ts"] == root.ts
    assert harness.slack.parts.views.stack(AGENT)


async def test_the_home_tab_is_published_when_it_is_opened(harness: Harness) -> None:
    await harness.slack.interactions.open_home(AGENT)
    assert harness.bot.seen[-1]["event"]["tab"] == "home"
    home = harness.slack.parts.views.home(AGENT)
    assert home is not None
    await harness.slack.interactions.click(AGENT, "verbs", "modal", view_id=home.id)
    assert harness.bot.seen[-1]["view"]["type"] == "home"
    assert harness.slack.parts.views.stack(AGENT)
