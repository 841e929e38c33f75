"""Every test of the engine runs on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine import Timing
from bot.settings import Purpose, Settings, load_settings
from bot.store.database import Database
from tests.postgres import postgres_server, postgres_url
from tests.sqlite import with_tables

__all__ = ["postgres_server", "postgres_url"]

QUICK = Timing(poll=0.05, beat=0.2, dead_after=5, finish=5)


@pytest.fixture(
    params=[
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return with_tables(f"sqlite:///{tmp_path}/portalbot.db")


@pytest.fixture
def settings(url: str) -> Settings:
    return load_settings({"DATABASE_URL": url}, require=Purpose.USE_DATABASE)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as database:
        yield database
