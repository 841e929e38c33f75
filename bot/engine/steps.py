"""A job's steps on DBOS."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from dbos import DBOS

from bot.engine.jobs import Json

MARGIN = 0.25
"""Seconds after which a sleep is over that DBOS has not ended."""


class Busy:
    """Counts the steps in progress, so that a process that stops waits for them and begins no more."""

    def __init__(self) -> None:
        self._count = 0
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._jobs: set[asyncio.Task[object]] = set()

    @contextmanager
    def doing(self) -> Iterator[None]:
        """Count a step as in progress while the block lasts."""
        self._count += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._idle.set()

    def remember_job(self) -> None:
        """Note that the current task runs a job."""
        task = asyncio.current_task()
        if task is not None:
            self._jobs.add(task)
            task.add_done_callback(self._jobs.discard)

    async def leave_jobs(self) -> None:
        """Cancel the jobs that wait. They stay recorded as begun; another process goes on with them."""
        jobs = tuple(self._jobs)
        for task in jobs:
            task.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def may_begin(self) -> None:
        """Return at once; while the process stops, never return: another process takes the job over."""
        if self._stopping:
            await asyncio.Event().wait()

    async def stop(self, patience_seconds: float) -> bool:
        """Let no more steps begin, and return whether those in progress were finished in time."""
        self._stopping = True
        try:
            async with asyncio.timeout(patience_seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True


class DurableSteps:
    """Steps that DBOS records; see `bot.engine.jobs.Steps`."""

    def __init__(self, busy: Busy) -> None:
        self._busy = busy

    async def once(self, name: str, work: Callable[..., Awaitable[Json]], *arguments: Json) -> Json:
        """See `Steps.once`."""

        async def step() -> Json:
            async with self.unbroken():
                return await work(*arguments)

        return await DBOS.run_step_async({"name": name}, step)

    @asynccontextmanager
    async def unbroken(self) -> AsyncIterator[None]:
        """See `Steps.unbroken`."""
        await self._busy.may_begin()
        with self._busy.doing():
            yield

    async def sleep(self, seconds: float) -> None:
        """See `Steps.sleep`."""
        # DBOS keeps the moment at which a sleep ends: by a clock that was ahead, that is too late.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds + MARGIN):
                await DBOS.sleep_async(seconds)
