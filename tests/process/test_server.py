"""`portalbot serve` around its web process."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot.process import server
from bot.process.server import Server, run_server
from bot.process.web import Reached
from bot.settings import Purpose, load_settings
from bot.store.clock import DatabaseClock

NOBODY = "127.0.0.1:1"


async def test_without_jobs_the_process_goes_by_the_databases_clock_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = asyncio.Event()

    async def ask(_self: DatabaseClock) -> None:
        asked.set()

    async def serve(_self: Server) -> None:
        await asyncio.wait_for(asked.wait(), 5)

    monkeypatch.setattr(DatabaseClock, "set", ask)
    monkeypatch.setattr(Server, "serve", serve)
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s1gned",
        "SLACK_API_URL": f"http://{NOBODY}/api/",
        "STRIPE_API_KEY": "rk_test_1",
        "STRIPE_API_BASE": f"http://{NOBODY}",
        "DATABASE_URL": f"postgresql://nobody@{NOBODY}/none",
    }
    await run_server(load_settings(environ, require=Purpose.SERVE))
    assert asked.is_set()


async def test_the_garbage_collection_is_spared_what_warming_up_has_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []

    async def warm_up(_web: object) -> Reached:
        done.append("warm")
        return Reached(slack=True, stripe=True)

    monkeypatch.setattr(server, "warm_up", warm_up)
    monkeypatch.setattr(server, "_say_serving", lambda *_: None)
    monkeypatch.setattr("gc.freeze", lambda: done.append("frozen"))
    monkeypatch.setattr("gc.collect", lambda: done.append("waited for"))
    opened = asyncio.Event()
    opened.set()
    web: Any = SimpleNamespace(services=SimpleNamespace(settings=None))
    await server._report(web, opened)
    assert done == ["warm", "frozen"]
