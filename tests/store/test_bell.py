"""What was written is heard by whoever waits for it: in the process, and on PostgreSQL in others."""

import asyncio

import pytest
from sqlalchemy import Connection, text

from bot.store import notifications
from bot.store.database import Database
from bot.store.notifications import hearing_others

ADD = "INSERT INTO link_grants (actor, customer, livemode, at) VALUES ('U0ALEX', 'cus_1', false, 1)"
CHANGE = "UPDATE link_grants SET at = 2 RETURNING id"
LOOK = "SELECT count(*) FROM link_grants"


async def written(database: Database, statement: str, *, wakes: bool = True) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text(statement))

    await database.write(work, wakes=wakes)


async def test_what_changed_rows_is_heard_and_nothing_else(database: Database) -> None:
    rung = database.bell.waiter()
    for statement, heard in ((CHANGE, False), (LOOK, False), (ADD, True), (CHANGE, True)):
        rung.clear()
        await written(database, statement)
        assert rung.is_set() is heard, statement
    rung.clear()
    await written(database, ADD, wakes=False)
    assert not rung.is_set()


async def test_what_was_undone_is_not_heard(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text(ADD))
        raise KeyError

    rung = database.bell.waiter()
    with pytest.raises(KeyError):
        await database.write(work)
    assert not rung.is_set()


@pytest.mark.postgres
async def test_another_process_hears_it_also_after_its_connection_was_lost(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "SECONDS_UNTIL_AGAIN", 0.05)
    jobs: asyncio.Queue[str] = asyncio.Queue()
    async with Database(postgres_url) as writing, Database(postgres_url) as listening:
        rung = listening.bell.waiter()
        async with hearing_others(postgres_url, listening.bell, jobs.put_nowait), asyncio.timeout(10):
            await rung.wait()  # it listens
            rung.clear()
            await written(writing, ADD)
            await asyncio.sleep(0.1)
            assert not rung.is_set()  # of the process itself, which has heard it already
            monkeypatch.setattr(notifications, "US", "another")
            await written(writing, ADD)
            await rung.wait()
            assert jobs.empty()
            await writing.write(lambda connection: notifications.notify_others(connection, "mail"))
            assert await jobs.get() == "mail"
            rung.clear()
            await written(
                writing,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'",
            )
            await rung.wait()  # what was written meanwhile
