"""The time that all processes of one database agree on.

With PostgreSQL that is the server's: two machines whose own clocks differ by a minute would take each other
for dead. Between two looks at it the time goes on by itself, whatever is done to this machine's clock. A
SQLite file belongs to one machine, and to that machine's clock.
"""

import time

from sqlalchemy import text

from bot.store.database import Database

_SERVER_TIME = text("SELECT extract(epoch FROM clock_timestamp())")


class DatabaseClock:
    """Gives Unix seconds: by this machine's clock until the database was asked once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._offset: float | None = None

    def __call__(self) -> float:
        """Return the present time in Unix seconds."""
        return time.time() if self._offset is None else time.monotonic() + self._offset

    def whole(self) -> int:
        """Return the present time in whole Unix seconds."""
        return int(self())

    def milliseconds(self) -> int:
        """Return the present time in Unix milliseconds."""
        return int(self() * 1000)

    async def set(self) -> None:
        """Ask the database for the time. Raises Unavailable."""
        if self._database.is_sqlite:
            return
        before = time.monotonic()
        server = await self._database.read(lambda connection: connection.scalar(_SERVER_TIME))
        self._offset = float(server or 0) - (before + time.monotonic()) / 2
