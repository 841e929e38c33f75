"""The process that sends is killed again and again while the server fails; `make soak` does it at length."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.soak_mail import soak
from bot.store.migrate import migrate

pytestmark = pytest.mark.slow(35)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def test_no_mail_is_lost_and_none_arrives_twice(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path}/portalbot.db"
        await asyncio.to_thread(migrate, url)
    else:
        url = str(request.getfixturevalue("postgres_url"))
    report = await soak(url, mails=30, kills=3, patience_seconds=60)
    assert report.good, report
