"""The whole sandbox on a free port, with a fake bot on another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from sandbox.app import Sandbox, SandboxOptions
from sandbox.slack import SlackOptions
from tests.sandbox.serving import serving
from tests.sandbox.slack.fake_bot import FakeBot
from tests.stand.serving import free_socket


@dataclass
class Running:
    """A sandbox that is up, and the bot it talks to."""

    sandbox: Sandbox
    bot: FakeBot
    http: httpx.AsyncClient
    url: str


@asynccontextmanager
async def sandbox_and_bot() -> AsyncIterator[Running]:
    """Start both, and stop them at the end."""
    listener, url = free_socket()
    bot_listener, bot_url = free_socket()
    sandbox = Sandbox(SandboxOptions(base_url=url, slack=SlackOptions(bot_url=bot_url), many=7))
    bot = FakeBot(sandbox_url=url)
    async with (
        serving(sandbox.app, listener),
        serving(bot.app(), bot_listener),
        httpx.AsyncClient(base_url=url, verify=False) as http,
    ):
        yield Running(sandbox, bot, http, url)
        sandbox.feed.close()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """Both, for one test."""
    async with sandbox_and_bot() as running:
        yield running
