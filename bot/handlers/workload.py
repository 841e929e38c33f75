"""The work that follows an acknowledgement: bounded, in order, never in the way of the next acknowledgement.

Slack gives up on an acknowledgement after three seconds, while an agent waits for Stripe anyway. So while
requests come in faster than people type, work is begun a moment later. Bolt's own way (lazy listeners) copies
the whole request deeply for each, which costs as much as the acknowledgement itself.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine

from structlog.typing import FilteringBoundLogger

Job = Callable[[], Coroutine[None, None, None]]

MOST_AT_ONCE = 100
"""Jobs in progress; each mostly waits for Stripe. More would only wait for each other."""
RUSH = 4
RUSH_SECONDS = 0.005
"""So many requests within so short a time are a rush: 800 a second. Each job begun before that is noticed
costs as much as ten acknowledgements."""
LONGEST_HOLD_SECONDS = 1.0


class BackgroundTasks:
    """Starts jobs in the order they came, and knows which are still in progress."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        """Nothing is started here."""
        self._log = log
        self._waiting: deque[tuple[float, Job]] = deque()
        self._in_progress: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._arrivals: deque[float] = deque(maxlen=RUSH)
        self._dispatcher: asyncio.Task[None] | None = None

    def start(self, job: Job) -> None:
        """Take on a job; it begins as soon as there is room and no rush. The job must not raise."""
        now = time.monotonic()
        self._arrivals.append(now)
        self._waiting.append((now, job))
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = asyncio.create_task(self._dispatch())

    async def finish(self, patience_seconds: float) -> None:
        """Wait until every job is done, at most so long. Called when the process stops."""
        try:
            async with asyncio.timeout(patience_seconds):
                while self._waiting or self._in_progress:
                    pending = set(self._in_progress)
                    if self._dispatcher is not None and not self._dispatcher.done():
                        pending.add(self._dispatcher)
                    await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            unanswered = len(self._waiting) + len(self._in_progress)
            self._log.warning("stopped_before_answer", unanswered=unanswered)

    async def _dispatch(self) -> None:
        while self._waiting:
            if self._rush():
                await asyncio.sleep(RUSH_SECONDS)
            else:
                await self._room.acquire()
                self._begin(self._waiting.popleft()[1])
                await asyncio.sleep(0)  # what has come in meanwhile is acknowledged before the next job

    def _begin(self, job: Job) -> None:
        task = asyncio.create_task(job())
        self._in_progress.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_progress.discard(task)
        self._room.release()

    def _rush(self) -> bool:
        now = time.monotonic()
        if now - self._waiting[0][0] > LONGEST_HOLD_SECONDS or len(self._arrivals) < RUSH:
            return False
        return now - self._arrivals[0] < RUSH_SECONDS
