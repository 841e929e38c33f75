"""`/readyz` asks the database once, however many people ask it."""

import asyncio
from pathlib import Path

import pytest

from bot.process import readiness
from bot.process.readiness import Readiness
from bot.store.database import Database


async def test_many_probes_at_once_are_one_write_and_the_next_comes_a_second_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[str] = []

    async def current(_database: Database) -> bool:
        return True

    async def note(_database: Database, name: str, _now: int) -> None:
        await asyncio.sleep(0)
        writes.append(name)

    monkeypatch.setattr(readiness, "is_current", current)
    monkeypatch.setattr(readiness, "take_note", note)
    async with Database(f"sqlite:///{tmp_path}/portalbot.db") as database:
        ready = Readiness(database)
        assert await asyncio.gather(*(ready.missing() for _ in range(20))) == [""] * 20
        assert len(writes) == 1
        monkeypatch.setattr(readiness, "BELIEVED_SECONDS", 0.0)
        ready = Readiness(database)
        assert [await ready.missing(), await ready.missing()] == ["", ""]
        assert len(writes) == 3
