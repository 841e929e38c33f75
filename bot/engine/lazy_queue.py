"""A queue for processes that may never need one: DBOS is imported and connected at the first job."""

import asyncio
from contextlib import AsyncExitStack

from bot.engine.jobs import JobQueue, Json


class LazyQueue:
    """Puts jobs in; see `bot.engine.jobs.JobQueue`."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._opened: JobQueue | None = None
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def put(self, job: str, key: str, *arguments: Json) -> None:
        """See `JobQueue.put`."""
        await (await self._queue()).put(job, key, *arguments)

    async def aclose(self) -> None:
        """Close what was opened."""
        await self._stack.aclose()

    async def _queue(self) -> JobQueue:
        async with self._opening:
            if self._opened is None:
                from bot.engine.client import open_queue  # noqa: PLC0415 (half a second and 20 MB)

                self._opened = await self._stack.enter_async_context(open_queue(self._url))
            return self._opened
