"""The short form of `make soak`: kills, a failing Slack, repeated events; nothing is lost or doubled."""

from pathlib import Path

import pytest

from benchmarks.soak_alerts import Soak
from benchmarks.soak_plan import SoakPlan
from tests.postgres import empty_postgres_url, postgres_server

pytestmark = pytest.mark.slow(30)

__all__ = ["empty_postgres_url", "postgres_server"]

SHORT = {
    "events": 240,
    "concurrent": 8,
    "kills": 2,
    "faults": 8,
    "groups": 12,
    "channels": 6,
    "away": 1,
    "webs": 1,
    "restarts": 0,
    "replaced": 0,
}


async def soaked(url: str, folder: Path) -> None:
    result = await Soak(SoakPlan(url, seconds_between_kills=2, **SHORT), folder).run()
    assert result.problems == []
    assert (result.accepted, result.kills) == (240, 2)


async def test_sqlite_loses_and_doubles_nothing(tmp_path: Path) -> None:
    await soaked(f"sqlite:///{tmp_path}/soak.db", tmp_path)


@pytest.mark.postgres
async def test_two_workers_on_postgresql_lose_and_double_nothing(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    await soaked(empty_postgres_url, tmp_path)
