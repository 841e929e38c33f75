"""Every test of the store runs on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.database import Database
from tests.postgres import empty_postgres_url, postgres_server, postgres_url
from tests.sqlite import with_tables

__all__ = ["empty_postgres_url", "postgres_server", "postgres_url"]

BOTH = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/portalbot.db"


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "empty_postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return with_tables(str(request.getfixturevalue("sqlite_url")))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as database:
        yield database


async def everything(database: Database, table: str) -> str:
    """All that a table holds, as text to search in."""
    query = text(f"SELECT * FROM {table}")
    return repr(await database.read(lambda connection: connection.execute(query).all()))
