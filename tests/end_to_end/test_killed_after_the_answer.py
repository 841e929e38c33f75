"""SIGKILL right after Slack's 200, for real; `make soak` does it fifty times for everything there is."""

from pathlib import Path

import pytest

from benchmarks import soak_changes
from benchmarks.soak_clicks import Plan, environment_of_bot, soak
from benchmarks.soak_stage import free_port, open_sandbox
from tests.postgres import postgres_server, postgres_url
from tests.sqlite import with_tables

__all__ = ["postgres_server", "postgres_url"]

pytestmark = pytest.mark.slow(5)


async def kept(url: str, folder: Path, *only: str) -> list[tuple[str, int]]:
    async with open_sandbox(free_port(), 0) as sandbox:
        jenny = next(each.customer_id for each in sandbox.stripe.stories() if each.label == "jenny")
        plan = Plan(times=1, answers=0, customer=jenny, only=only)
        found = await soak(environment_of_bot(url, sandbox.options.base_url, folder), plan, folder)
    return [(each.name, each.kept) for each in found]


async def test_what_was_answered_is_kept(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    assert await kept(url, tmp_path, "take", "mail") == [("take", 1), ("mail", 1)]


@pytest.mark.postgres
async def test_what_was_answered_is_kept_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    assert await kept(postgres_url, tmp_path, "Acknowledge") == [("Acknowledge", 1)]


async def test_a_change_that_was_approved_is_made_once_and_told_as_it_is(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    async with open_sandbox(free_port(), 0) as sandbox:
        environment = environment_of_bot(url, sandbox.options.base_url, tmp_path)
        found = await soak_changes.soak(environment, [0, 0.02], tmp_path)
    assert [(each.state, each.agrees) for each in found] == [("applied", True), ("applied", True)]
