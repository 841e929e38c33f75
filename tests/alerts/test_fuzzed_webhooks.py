"""The short form of `make soak`'s hostile requests: right statuses, no 5xx, nothing stored in vain."""

import random
from pathlib import Path

import pytest

from benchmarks.hostile_requests import Hostile, HostileRequests
from benchmarks.soak_fuzz import Fuzz, FuzzPlan
from tests.postgres import empty_postgres_url, postgres_server

pytestmark = pytest.mark.slow(20)

__all__ = ["empty_postgres_url", "postgres_server"]

REQUESTS = 800


async def fuzzed(url: str, folder: Path) -> None:
    plan = FuzzPlan(url, REQUESTS, seed=2)
    result = await Fuzz(plan, folder).run()
    assert result.problems == []
    assert result.requests == REQUESTS
    assert result.stored_rows == result.expected_rows > 100
    assert {status for _, status in result.counts} >= {200, 400, 401, 413}


async def test_sqlite(tmp_path: Path) -> None:
    await fuzzed(f"sqlite:///{tmp_path}/fuzz.db", tmp_path)


@pytest.mark.postgres
async def test_postgresql(empty_postgres_url: str, tmp_path: Path) -> None:
    await fuzzed(empty_postgres_url, tmp_path)


def test_the_same_seed_sends_the_same_requests() -> None:
    def requests(seed: int) -> list[Hostile]:
        made = HostileRequests(seed, lambda: 1_800_000_000, webhook_secret="w", signing_secret="s")
        return [made.make() for _ in range(500)]

    first = requests(3)
    random.seed(5)
    assert requests(3) == first
    assert requests(4) != first
