"""What the composer suggests is what the bot itself says of its verbs."""

import pytest
from starlette.responses import PlainTextResponse

from sandbox.page.hints import Hint, read_hints
from tests.sandbox.page.conftest import Running
from tests.sandbox.slack.fake_bot import HELP


def section(text: str) -> dict[str, object]:
    return {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}


def test_each_row_of_the_help_is_a_suggestion() -> None:
    assert read_hints(HELP, "/portal") == (
        Hint("", "<who>", "The card."),
        Hint("why", "<who> [update]", "Why not."),
        Hint("list", "", "What is open: a, b."),
    )


@pytest.mark.parametrize(
    "text",
    ["", "`/portal`", "`/other x`  Of another app.", "`for:` why you need it", "See `/portal x` there."],
)
def test_what_is_no_row_of_this_command_is_no_suggestion(text: str) -> None:
    assert read_hints(section(text), "/portal") == ()


async def test_the_page_asks_the_bot_and_shows_nothing_of_it_in_the_channel(running: Running) -> None:
    before = len((await running.http.get("/sandbox/messages")).json())
    shown = (await running.http.get("/page/hints")).text
    assert 'data-verb="why" data-arguments="&lt;who&gt; [update]"' in shown
    assert [sent["text"] for sent in running.bot.seen] == ["help"]
    assert len((await running.http.get("/sandbox/messages")).json()) == before


async def test_what_a_bot_says_later_is_not_shown_either(running: Running) -> None:
    await running.http.get("/page/hints")
    await running.bot.respond(running.bot.seen[-1], text="late")
    assert running.bot.answers[-1]["status"] == 404
    assert "late" not in (await running.http.get("/sandbox/messages")).text


@pytest.mark.parametrize("status", [200, 500])
async def test_without_an_answer_there_are_no_suggestions(running: Running, status: int) -> None:
    running.bot.acks["help"] = PlainTextResponse("usage: …", status_code=status)
    answer = await running.http.get("/page/hints")
    assert (answer.status_code, answer.text.strip()) == (200, "")
