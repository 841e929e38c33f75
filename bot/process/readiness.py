"""Says whether the bot can work with its database: what `/readyz` answers.

Anybody can ask, and the answer takes a write. So one probe runs at a time, and the next second believes it.
"""

import asyncio
import time
from dataclasses import dataclass, field

from bot.errors import Unavailable
from bot.process.services import now
from bot.store.database import Database
from bot.store.migrate import is_current
from bot.store.recurring import take_note

BELIEVED_SECONDS = 1.0


@dataclass(slots=True)
class Readiness:
    """Probes a database, at most once a second."""

    database: Database
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _until: float = float("-inf")
    _missing: str = ""

    async def missing(self) -> str:
        """Return what the database lacks, as a line to show; empty when it is ready."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._missing = await self._probe()
                self._until = time.monotonic() + BELIEVED_SECONDS
            return self._missing

    async def _probe(self) -> str:
        try:
            if not await is_current(self.database):
                return "the tables are not up to date: run `portalbot migrate`"
            await take_note(self.database, "readyz", now())
        except Unavailable as unavailable:
            said = "takes no writes" if unavailable.code == "database_not_writable" else "does not answer"
            return f"the database {said}"
        return ""
