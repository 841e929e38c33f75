"""SIGKILL right after Slack's 200, for real; `make soak` does it fifty times for everything there is."""

from pathlib import Path

import pytest

from benchmarks import soak_changes
from benchmarks.soak_clicks import Plan, environment_of_bot, soak
from benchmarks.soak_stage import free_port, open_sandbox
from tests.sqlite import with_tables

pytestmark = pytest.mark.slow(5)


async def test_what_was_answered_is_kept(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    async with open_sandbox(free_port(), 0) as sandbox:
        jenny = next(each.customer_id for each in sandbox.stripe.stories() if each.label == "jenny")
        plan = Plan(times=1, answers=0, customer=jenny, only=("Acknowledge", "take", "mail"))
        found = await soak(environment_of_bot(url, sandbox.options.base_url, tmp_path), plan, tmp_path)
    assert [(each.name, each.kept) for each in found] == [("Acknowledge", 1), ("take", 1), ("mail", 1)]


async def test_a_change_that_was_approved_is_made_once_and_told_as_it_is(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/portalbot.db")
    async with open_sandbox(free_port(), 0) as sandbox:
        environment = environment_of_bot(url, sandbox.options.base_url, tmp_path)
        found = await soak_changes.soak(environment, [0, 0.02], tmp_path)
    assert [(each.state, each.agrees) for each in found] == [("applied", True), ("applied", True)]
