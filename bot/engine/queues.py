"""Takes jobs from their queues: at once when one is put in, and else from time to time.

DBOS looks into each queue again and again. Here its own thread for a queue waits until there is a reason.
"""

import threading
from typing import Final

from dbos import Queue
from dbos._dbos import _get_dbos_instance
from dbos._queue import queue_worker_thread

AGAIN_SECONDS: Final = 1.0
"""After a look that a job was the reason for: another process may have held the queue at that moment."""

_watched: Final[dict[str, "WatchedQueue"]] = {}
"""Of the engine that runs in this process, by job. DBOS has one per process, too."""


def look_into(job: str) -> None:
    """Have a kind of job looked for now, if the engine runs in this process and knows it."""
    queue = _watched.get(job)
    if queue is not None:
        queue.look()


class WatchedQueue:
    """A queue that jobs are taken from, until `stop`."""

    def __init__(self, queue: Queue) -> None:
        self._name = queue.name
        self._reason = _Reason()
        self._thread = threading.Thread(
            target=queue_worker_thread,
            args=(self._reason, _get_dbos_instance(), queue),
            name=f"queue-{queue.name}",
            daemon=True,
        )
        _watched[self._name] = self
        self._thread.start()

    def look(self) -> None:
        """Have the queue looked into now."""
        self._reason.job.set()

    def stop(self) -> None:
        """Take no more jobs. Blocks until the look that is under way has ended."""
        _watched.pop(self._name, None)
        self._reason.set()
        self._reason.job.set()
        self._thread.join()


class _Reason(threading.Event):
    """What DBOS takes for the event that ends its thread: set by `stop`, and waited for between two looks."""

    def __init__(self) -> None:
        super().__init__()
        self.job = threading.Event()
        self._again = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there is a job, the engine stops, or the time is over; return whether it stops."""
        longest = min(timeout or AGAIN_SECONDS, AGAIN_SECONDS) if self._again else timeout
        self._again = self.job.wait(longest)
        self.job.clear()
        return self.is_set()
