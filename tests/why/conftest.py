"""The stand of the end-to-end tests, and the command line against the same sandbox."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from tests.sqlite import with_tables
from tests.stand.fixtures import agent, module_stand, stand
from tests.stand.stand import Stand, environment

__all__ = ["agent", "module_stand", "stand"]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command printed."""

    exit_code: int
    stdout: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Portalbot = Callable[..., Printed]


@pytest.fixture
def portalbot(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portalbot:
    """`portalbot …` at a terminal."""
    settings = environment(stand.settings.stripe_api_base, tmp_path)
    with_tables(settings["DATABASE_URL"])
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    # Logging belongs to the whole process, and the streams that the runner lends are closed after a command.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])

    def run(*words: str) -> Printed:
        result = CliRunner().invoke(cli, list(words), catch_exceptions=False)
        return Printed(result.exit_code, result.stdout)

    return run


@pytest.fixture
def subscription(stand: Stand) -> Callable[[str], str]:
    """The subscription of a seeded customer, by label."""

    def find(label: str) -> str:
        return stand.on_loop(lambda: str(stand.sandbox.stripe.test.labels[f"{label}.subscription"]))

    return find


@pytest.fixture
def price(stand: Stand) -> Callable[[str], str]:
    """A seeded price, by label."""

    def find(label: str) -> str:
        return stand.on_loop(lambda: str(stand.sandbox.stripe.test.labels[f"price.{label}"]))

    return find


@pytest.fixture
def no_default(stand: Stand) -> Iterator[None]:
    """A Stripe in which nobody has saved the portal's settings yet."""
    world = stand.sandbox.stripe.test
    configuration = world.get(world.labels["configuration.default"])
    stand.on_loop(lambda: configuration.update(is_default=False))
    stand.on_loop(stand.web.services.account.configurations.drop)
    yield
    stand.on_loop(lambda: configuration.update(is_default=True))
