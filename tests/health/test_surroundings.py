"""What the self-check sees of the machine and of the public address."""

import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.check import Check
from bot.engine.processes import Process, Processes, count_living
from bot.errors import Unavailable
from bot.health.machine import LEAST_FREE, check_machine
from bot.health.public_address import check_public_address
from bot.portal.stripe_answers import WebhookEndpoint
from bot.slack.checkup import check_clock
from bot.store.database import Database
from tests.sqlite import with_tables
from tests.stand.serving import free_port, free_socket, served

NOW = int(time.time())


async def examine(*endpoints: WebhookEndpoint) -> dict[str, Check]:
    async def read() -> tuple[WebhookEndpoint, ...]:
        return endpoints

    return {each.name: each for each in await check_public_address(read)}


def outcomes(found: dict[str, Check]) -> dict[str, tuple[str, str]]:
    return {name: (each.result, each.outcome) for name, each in found.items()}


@pytest.fixture
async def answering() -> AsyncIterator[Callable[[dict[str, str]], WebhookEndpoint]]:
    """An endpoint behind whose address these texts stand at these paths."""
    said: dict[str, str] = {}

    async def answer(request: object) -> Response:
        path: str = request.url.path  # type: ignore[attr-defined]
        return PlainTextResponse(said.get(path, ""), 200 if path in said else 404)

    listener, url = free_socket()

    def says(texts: dict[str, str]) -> WebhookEndpoint:
        said.update(texts)
        return WebhookEndpoint("we_1", f"{url}/bot/stripe/webhooks?x=1", "enabled")

    async with served(Starlette(routes=[Route("/{path:path}", answer)]), listener):
        yield says


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"/bot/healthz": "alive\n"}, {"address": ("ok", "answers"), "metrics": ("ok", "closed")}),
        (
            {"/bot/healthz": "alive\n", "/bot/metrics": "portalbot_commands_total 1"},
            {"address": ("ok", "answers"), "metrics": ("warn", "open")},
        ),
        ({"/bot/healthz": "Welcome to nginx"}, {"address": ("warn", "something_else")}),
        ({}, {"address": ("warn", "something_else")}),
    ],
)
async def test_what_answers_where_stripe_calls_is_looked_at(
    answering: Callable[[dict[str, str]], WebhookEndpoint],
    texts: dict[str, str],
    expected: dict[str, tuple[str, str]],
) -> None:
    assert outcomes(await examine(answering(texts))) == expected


async def test_an_address_that_does_not_answer_is_a_note_since_others_may_reach_it() -> None:
    gone = WebhookEndpoint("we_1", f"http://127.0.0.1:{free_port()}/stripe/webhooks", "enabled")
    assert outcomes(await examine(gone)) == {"address": ("warn", "unreachable")}
    others = WebhookEndpoint("we_2", "http://127.0.0.1:9/shop/hook", "enabled")
    assert outcomes(await examine(others, replace(gone, status="disabled"))) == {"address": ("warn", "none")}


async def test_a_key_that_may_not_read_the_endpoints_leaves_the_address_out() -> None:
    async def denied() -> tuple[WebhookEndpoint, ...]:
        raise Unavailable("permission_missing")

    assert await check_public_address(denied) == ()


async def seen_by(folder: Path, processes: int | None = 1) -> dict[str, tuple[str, str]]:
    async def count() -> int:
        if processes is None:
            raise Unavailable("database_unavailable")
        return processes

    found = await check_machine(count, database=folder / "portalbot.db", settings=folder / ".env")
    return outcomes({each.name: each for each in found})


async def test_nobody_who_runs_the_jobs_is_said(tmp_path: Path) -> None:
    assert (await seen_by(tmp_path))["processes"] == ("ok", "running")
    assert (await seen_by(tmp_path, 0))["processes"] == ("warn", "none")
    assert "processes" not in await seen_by(tmp_path, None)


async def test_only_processes_that_show_life_are_counted(tmp_path: Path) -> None:
    async with Database(with_tables(f"sqlite:///{tmp_path}/portalbot.db")) as database:
        for name, beat in (("lives", NOW), ("dead", NOW - 31), ("ahead", NOW + 31)):
            await Processes(database, Process(name, "elsewhere", 1, beat, beat), 30).beat(beat)
        assert await count_living(database, NOW, 30) == 1


async def test_a_settings_file_that_others_can_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("STRIPE_API_KEY=rk_test_1")
    file.chmod(0o640)
    assert (await seen_by(tmp_path))["settings_file"] == ("warn", "readable")
    file.chmod(0o600)
    assert "settings_file" not in await seen_by(tmp_path)


async def test_a_disk_without_room_for_a_backup_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await seen_by(tmp_path))["disk"] == ("ok", "enough")
    usage = shutil.disk_usage(tmp_path)._replace(free=LEAST_FREE - 1)
    monkeypatch.setattr("bot.health.machine.shutil.disk_usage", lambda _: usage)
    assert (await seen_by(tmp_path))["disk"] == ("warn", "low")


@pytest.mark.parametrize(("off", "said"), [(0, None), (-30, None), (90, 90), (-400, 400)])
def test_a_clock_that_differs_from_slacks_is_broken(off: int, said: int | None) -> None:
    found = check_clock({"Date": formatdate(NOW + off, usegmt=True)}, NOW)
    assert [(each.result, each.facts["seconds"]) for each in found] == ([("broken", said)] if said else [])


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_an_answer_without_a_date_says_nothing_of_the_clock(headers: dict[str, str]) -> None:
    assert check_clock(headers, NOW) == ()
