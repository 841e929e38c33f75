"""The work that follows an acknowledgement: bounded, and begun in the order it came.

Bolt's own way (lazy listeners) copies the whole request deeply for each, which breaks on a client with an
open session.
"""

import asyncio
from collections.abc import Callable, Coroutine

from structlog.typing import FilteringBoundLogger

Job = Callable[[], Coroutine[None, None, None]]

MOST_AT_ONCE = 100
"""Jobs in progress; each mostly waits for Stripe. More would only wait for each other."""


class BackgroundTasks:
    """Runs jobs in the background, a limited number at a time."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    def start(self, job: Job) -> None:
        """Take on a job; it begins as soon as there is room. The job must not raise."""
        task = asyncio.create_task(self._run(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, patience_seconds: float) -> None:
        """Wait until every job is done, at most so long. Called when the process stops."""
        try:
            async with asyncio.timeout(patience_seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        except TimeoutError:
            self._log.warning("stopped_before_answer", unanswered=len(self._tasks))

    async def _run(self, job: Job) -> None:
        async with self._room:  # who waits first is let in first
            await job()
