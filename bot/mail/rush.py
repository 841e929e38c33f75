"""Jobs that the engine starts in one go: first all are started, then all mails leave, then all jobs end.

Starting and ending a job is the work of the engine's threads. While mails leave at the same time, those and
the event loop's thread hand Python's one lock to each other: a thousand mails took half as long again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CALM_SECONDS = 0.1
"""Without another start for so long, all are taken to be there."""

LONGEST_SECONDS = 2.0
"""However many more are started: those that are there begin."""


@dataclass(slots=True)
class _Rush:
    first_start: float
    last_start: float
    jobs: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Rushes:
    """Keeps together what starts together."""

    def __init__(self) -> None:
        """Nobody is here yet."""
        self._gathering: _Rush | None = None

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[None]:
        """Begin when no more jobs are being started, and return when all that began together are done.

        An exception inside is raised at once, without waiting for the others.
        """
        rush = self._start()
        try:
            await rush.begun.wait()
            yield
        finally:
            rush.jobs -= 1
            if not rush.jobs:
                rush.over.set()
        await rush.over.wait()

    def _start(self) -> _Rush:
        now = asyncio.get_running_loop().time()
        rush = self._gathering
        if rush is None:
            rush = self._gathering = _Rush(now, now)
            self._begin_when_calm(rush)
        rush.jobs += 1
        rush.last_start = now
        return rush

    def _begin_when_calm(self, rush: _Rush) -> None:
        loop = asyncio.get_running_loop()
        calm_at = min(rush.last_start + CALM_SECONDS, rush.first_start + LONGEST_SECONDS)
        if loop.time() < calm_at:
            loop.call_at(calm_at, self._begin_when_calm, rush)
            return
        self._gathering = None
        rush.begun.set()
