"""Hand-over notes and the sign of life: each once, whichever and however many processes look."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.alerts.handovers import NEWS_SECONDS, announce_handover
from bot.alerts.heartbeat import beat
from bot.alerts.rotation import Handover, Turn
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.settings import Rotation
from bot.store.database import Database
from tests.alerts.oncall_parts import (
    ALEX,
    CHANNEL,
    NOW,
    PRIYA,
    SAM,
    Clock,
    Groups,
    notes,
    people_on_call,
    raised,
)

WEEKLY = Rotation(
    people=(ALEX, SAM), handover=(Handover(0, time(9)),), timezone=ZoneInfo("UTC"), start=date(2027, 1, 11)
)
MONDAY = 1_800_262_800  # 18 January 2027, 9:00 UTC: Alex hands over to Sam


def handovers(
    database: Database, clock: Clock, rotation: Rotation = WEEKLY, channel: str | None = CHANNEL
) -> Awaitable[None]:
    return announce_handover(people_on_call(database, rotation), Alerts(database), channel, clock.whole)


async def test_a_hand_over_is_told_once_with_what_is_handed_over(database: Database) -> None:
    await raised(database)
    clock = Clock(MONDAY + 5)
    for _ in range(3):
        await handovers(database, clock)
    (note,) = await notes(database)
    assert (note.template, note.channel) == ("handover", CHANNEL)
    assert note.facts["before"] == [ALEX]
    assert note.facts["since"] == [SAM]
    assert note.facts["until"] == MONDAY + 7 * 86_400
    assert (note.facts["open"], note.facts["taken"]) == (1, 0)


async def test_a_change_that_is_no_change_or_long_ago_is_not_told(database: Database) -> None:
    await handovers(database, Clock(MONDAY + NEWS_SECONDS + 1))
    await handovers(database, Clock(MONDAY + 5), WEEKLY.model_copy(update={"people": (ALEX,)}))
    await handovers(database, Clock(MONDAY + 5), Rotation(people=(ALEX, SAM)))
    await handovers(database, Clock(MONDAY + 5), channel=None)
    assert await notes(database) == []


async def test_standing_in_is_told_at_its_beginning_and_its_end(database: Database) -> None:
    rows, clock = OnCallRows(database), Clock(NOW)
    await rows.stand_in([Turn(PRIYA, NOW, NOW + 600)], PRIYA, NOW)
    await handovers(database, clock)
    clock.now = NOW + 601
    await handovers(database, clock)
    assert [note.facts["since"] for note in await notes(database)] == [[PRIYA], [ALEX]]


async def test_the_group_is_remembered_while_slack_does_not_answer(database: Database) -> None:
    groups = Groups({"S0ONCALL": frozenset({SAM, ALEX})})
    present = people_on_call(database, Rotation(group="S0ONCALL"), groups=groups)
    before = await present.at(NOW)
    assert (before.duty.people, before.mention) == ((ALEX, SAM), ("S0ONCALL",))
    groups.groups.clear()
    present._members._asked.clear()
    assert (await present.at(NOW)).duty.people == (ALEX, SAM)


@asynccontextmanager
async def monitor(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """An outside monitor that answers like this."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readline())
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/alive", seen


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def test_one_sign_of_life_a_minute_over_all_processes(database: Database) -> None:
    clock = Clock()
    async with monitor(OK) as (address, seen):
        rows = [OnCallRows(database) for _ in range(3)]
        for _ in range(2):
            await asyncio.gather(*(beat(address, each, clock.whole) for each in rows))
        assert seen == [b"GET /alive HTTP/1.1\r\n"]
        clock.now += 60
        await asyncio.gather(*(beat(address, each, clock.whole) for each in rows))
        assert len(seen) == 2


async def test_a_monitor_that_fails_or_is_gone_disturbs_nobody(database: Database) -> None:
    clock = Clock()
    async with monitor(b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n") as (
        address,
        seen,
    ):
        await beat(address, OnCallRows(database), clock.whole)
        assert len(seen) == 1
    clock.now += 60
    await beat(address, OnCallRows(database), clock.whole)
