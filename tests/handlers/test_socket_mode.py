"""Socket Mode: commands over a connection of the bot's own; the rest is served whatever that does."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack.socket import SocketMode
from tests.stand.links import address
from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A bot without a signing secret, reached through a connection that it opens."""
    folder = tmp_path_factory.mktemp("socket")
    with open_stand(folder, SLACK_APP_TOKEN="xapp-sandbox", SLACK_SIGNING_SECRET="") as stand:
        assert stand.web.socket is not None
        task = stand.loop.run(start(stand))
        until(lambda: is_open(stand), "the connection")
        yield stand
        stand.loop.call(task.cancel)


async def start(stand: Stand) -> "asyncio.Task[None]":
    assert stand.web.socket is not None
    return asyncio.create_task(stand.web.socket.run())


def is_open(stand: Stand) -> bool:
    return stand.web.socket is not None and stand.web.socket.is_open


def socket_of(stand: Stand) -> SocketMode:
    return stand.sandbox.slack.socket


def command(stand: Stand, text: str) -> dict[str, Any]:
    parts = stand.sandbox.slack.parts
    return {
        "user_id": AGENT, "channel_id": SUPPORT, "team_id": "T0SANDBOX", "command": "/portal", "text": text,
        "trigger_id": "1.2.3",
        "response_url": stand.on_loop(lambda: parts.response_urls.issue(AGENT, SUPPORT)),
    }  # fmt: skip


def test_commands_buttons_windows_and_the_home_tab_work(agent: Person, stand: Stand) -> None:
    assert "What you can type" in agent.asks("help").words
    card = agent.asks("jenny@example.com")
    assert address(agent.presses(card, "Payment method"))
    assert "recent customers" in agent.home().words
    assert stand.bot_http.post("/slack/events", content=b"x").status_code == 401


def test_an_envelope_that_comes_twice_is_answered_once_and_acknowledged_each_time(
    agent: Person, stand: Stand
) -> None:
    before = len(stand.audit())
    form = command(stand, "home jenny@example.com")

    def twice() -> dict[str, str]:
        stand.loop.run(socket_of(stand).deliver("slash_commands", form, 5, times=2))
        return {"failure": ""}

    agent.waits_for(twice)
    until(lambda: len(stand.audit()) > before, "the audit line")
    agent.asks("history")
    made = [entry for entry in stand.audit()[: len(stand.audit()) - before] if entry.verb == "home"]
    assert len(made) == 1


@pytest.mark.parametrize("how", ["cut", "disconnect"])
def test_after_a_cut_the_next_command_is_answered_within_three_seconds(
    agent: Person, stand: Stand, how: str
) -> None:
    end = socket_of(stand).cut if how == "cut" else socket_of(stand).disconnect
    stand.loop.run(end())
    until(lambda: not is_open(stand), "the connection to be gone")
    assert stand.loop.run(socket_of(stand).connected()) < 3
    assert "What you can type" in agent.asks("help").words


def test_while_slack_opens_no_connection_everything_else_is_served(
    agent: Person, stand: Stand, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.handlers.slack_socket.REFUSED_SECONDS", 0.05)
        stand.on_loop(lambda: setattr(socket_of(stand), "refuses", "invalid_auth"))
        stand.loop.run(socket_of(stand).cut())
        calls = stand.slack_calls("apps.connections.open")
        until(lambda: stand.slack_calls("apps.connections.open") > calls + 3, "some tries")
        assert stand.bot_http.get("/healthz").status_code == 200
        ready = stand.bot_http.get("/readyz")
        assert (ready.status_code, "socket to Slack is not open" in ready.text) == (200, True)
        assert "portalbot_slack_socket_open 0.0" in stand.bot_http.get("/metrics").text
        checks = stand.loop.run(stand.web.services.doctor.examine(["slack_app_token"])).checks
        assert [(each.result, each.outcome) for each in checks] == [("broken", "refused")]
        stand.on_loop(lambda: setattr(socket_of(stand), "refuses", ""))
        until(lambda: is_open(stand), "the connection")
    # A token that is refused again and again is said once.
    assert (capfd.readouterr().out + caplog.text).count("slack_app_token_refused") == 1
    assert "portalbot_slack_socket_open 1.0" in stand.bot_http.get("/metrics").text
    assert "What you can type" in agent.asks("help").words


def test_fifty_commands_at_once_are_all_acknowledged(stand: Stand) -> None:
    forms = [command(stand, "help") for _ in range(50)]

    async def all_at_once() -> list[Any]:
        deliver = socket_of(stand).deliver
        return await asyncio.gather(*(deliver("slash_commands", form, 5) for form in forms))

    assert all("What you can type" in str(each) for each in stand.loop.run(all_at_once()))
