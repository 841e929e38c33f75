"""Nothing that opens a door is ever written down, however loud the logs are."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand.links import address
from tests.stand.person import SUPPORT
from tests.stand.stand import GENEROUS
from tests.stand.terminal import Served, serve
from tests.stand.waiting import until

CONFIG = f'{GENEROUS}[return_urls]\nshop = "https://shop.example.com/account"\n'
COMMANDS = [
    "home jenny@example.com for:ticket 1 locale:de recover:2h return:shop",
    "payment jenny@example.com then:thanks",
    "details jenny@example.com then:home",
    "cancel jenny@example.com then:return return:shop",
    "pause jenny@example.com",
    "update jenny@example.com",
    "switch noah@example.com qty:7",
    "why multi@example.com",
    "jenny@example.com",
    "update multi@example.com",
    "home nobody@example.com",
    "https://billing.stripe.com/p/session/live_leakedleakedleaked",
    "home sk_live_leakedleakedleaked0123",
    "history",
    "doctor",
]


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A web process with LOG_LEVEL=DEBUG that has made links in every way there is, and is still running."""
    folder: Path = tmp_path_factory.mktemp("loud")
    (folder / "portalbot.toml").write_text(CONFIG)
    with serve(folder, LOG_LEVEL="DEBUG", LOG_FORMAT="json") as stand:
        agent = stand.person()
        made = [text for text in COMMANDS if "/p/session/" in agent.asks(text).raw]
        assert made == COMMANDS[:7]
        link = agent.presses(agent.asks("jenny@example.com"), "Full portal")
        assert address(link)
        agent.submits(agent.opens(link, "Copy"))
        _answer_past_the_response_address(stand)
        stand.stripe_away_once()
        yield stand


def _answer_past_the_response_address(stand: Served) -> None:
    urls = stand.sandbox.slack.parts.response_urls
    url = stand.on_loop(lambda: urls.issue("U0ALEX", SUPPORT))
    stand.on_loop(lambda: urls.expire(url))
    before = len(stand.person().messages())
    assert stand.send_command("home jenny@example.com", response_url=url).status_code == 200
    until(lambda: len(stand.person().messages()) > before, "an answer")


def keys_of(stand: Served) -> list[bytes]:
    """What only Slack, Stripe, the person and the memory of the process may know."""
    sessions = stand.on_loop(lambda: [call for call in stand.sandbox.stripe.calls if "sessions" in call.path])
    assert len(sessions) >= 9
    return [
        b"/p/session/", b"xoxb-sandbox", b"sandbox-signing-secret", b"rk_test_sandbox", b"whsec_sandbox",
        b"slack-response/", b"leakedleaked",
    ]  # fmt: skip


def test_nothing_that_opens_a_door_is_written_anywhere_while_links_are_made(loud: Served) -> None:
    written = loud.written()
    for key in keys_of(loud):
        found = written.find(key)
        assert found < 0, written[max(0, found - 200) : found + 100]


def test_the_search_would_have_found_something(loud: Served) -> None:
    written = loud.written()
    assert len(written) > 50_000
    assert b"debug" in written
    assert re.search(rb"bps_\w{8,}", written), "the session's id is in the trail"
    assert b"ticket 1" in written


def test_nothing_is_written_on_the_way_out_either(loud: Served) -> None:
    loud.stop(signal.SIGTERM)
    assert loud.process.wait(30) == 0
    written = loud.written()
    assert all(key not in written for key in keys_of(loud))
