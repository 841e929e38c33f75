"""What is done again and again by one process at a time, and when it was last done."""

from sqlalchemy import Connection, select, update

from bot.store.database import Database
from bot.store.inserts import insert_new
from bot.store.tables import recurring


async def last_noted(database: Database, name: str) -> int:
    """Return when something was last done (Unix seconds), 0 for never. Raises Unavailable."""
    query = select(recurring.c.last_at).where(recurring.c.id == name)
    return await database.read(lambda connection: connection.scalar(query)) or 0


async def take_note(database: Database, name: str, now: int) -> None:
    """Note that something was done `now` (Unix seconds). Raises Unavailable."""

    def work(connection: Connection) -> None:
        if not insert_new(connection, recurring, recurring.c.id, {"id": name, "last_at": now}):
            connection.execute(update(recurring).where(recurring.c.id == name).values(last_at=now))

    await database.write(work, lasting=False, wakes=False)
