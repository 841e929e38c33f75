"""A Slack stand-in and a fake bot, talking to each other over real HTTP."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.feed import Feed
from sandbox.slack import SlackOptions, SlackSandbox
from sandbox.slack.model import Message
from sandbox.slack.outgoing import ACK_WINDOW
from sandbox.slack.seed import AGENT, SUPPORT
from sandbox.traffic import Traffic
from tests.sandbox.serving import serving
from tests.sandbox.slack.fake_bot import FakeBot
from tests.stand.serving import free_socket

Json = dict[str, Any]


@dataclass
class Clock:
    """Real time plus what a test adds to it."""

    ahead: float = 0

    def __call__(self) -> float:
        """Now."""
        return time.time() + self.ahead


@dataclass
class Harness:
    """Both sides of the wire."""

    slack: SlackSandbox
    bot: FakeBot
    http: httpx.AsyncClient
    clock: Clock
    traffic: Traffic

    async def api(self, method: str, *, token: str = "xoxb-sandbox", **fields: Any) -> Json:
        """Call the Web API with JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer: Json = (await self.http.post(f"/api/{method}", json=fields, headers=headers)).json()
        return answer

    def messages(self, user: str = AGENT, channel: str = SUPPORT) -> list[Message]:
        """What a person sees, without what stood there from the start."""
        return self.slack.parts.workspace.timeline(channel, user)[2:]

    async def command(self, text: str = "/portal jenny@example.com", channel: str = SUPPORT) -> list[Message]:
        """Type a command as the agent; return what shows."""
        await self.slack.interactions.type_text(AGENT, channel, text)
        return self.messages(channel=channel)


@pytest.fixture
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    """Slack and bot, each on a port of its own; a parameter is the ack window in seconds."""
    slack_socket, slack_url = free_socket()
    bot_socket, bot_url = free_socket()
    clock, feed = Clock(), Feed()
    traffic = Traffic(feed)
    options = SlackOptions(bot_url=bot_url, ack_window=getattr(request, "param", ACK_WINDOW))
    slack = SlackSandbox(slack_url, options, clock, feed, traffic)
    bot = FakeBot(sandbox_url=slack_url)
    async with (
        serving(Starlette(routes=slack.routes()), slack_socket),
        serving(bot.app(), bot_socket),
        httpx.AsyncClient(base_url=slack_url, verify=False) as http,
    ):
        yield Harness(slack, bot, http, clock, traffic)
        await slack.shutdown()
