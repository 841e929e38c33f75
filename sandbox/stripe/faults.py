"""Trouble on demand: latency, refusals, missing permissions, dropped connections."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer: an HTTP status of 429 or 5xx, or a dropped connection (`status`
    0).
    """

    status: int
    retry_after: int | None = None
    path: str = ""
    remaining: int | None = None

    def concerns(self, path: str) -> bool:
        """Return whether a request to that path meets it."""
        return self.path in path


DROP = 0
"""The status that stands for a dropped connection."""
HALF = -1
"""The status that stands for an answer that breaks off in its middle."""


@dataclass(slots=True)
class RateLimit:
    """Takes `calls` of each key within any `seconds`, over whatever connections they come."""

    calls: int
    seconds: float = 1.0
    clock: Callable[[], float] = time.monotonic
    _taken: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def takes(self, key: str) -> bool:
        """Count a call of this key; say whether it is within the limit. What is refused does not count."""
        now, taken = self.clock(), self._taken[key]
        while taken and taken[0] + self.seconds <= now:
            taken.popleft()
        if len(taken) >= self.calls:
            return False
        taken.append(now)
        return True


@dataclass(slots=True)
class Faults:
    """The switches. `denied` names permissions, such as `rak_customer_portal_write`, that no key has.

    Calls over `rate` are answered 429.
    """

    latency_ms: int = 0
    denied: set[str] = field(default_factory=set)
    rate: RateLimit | None = None
    _waiting: list[Fault] = field(default_factory=list)

    def next(self, status: int, times: int = 1, *, retry_after: int | None = None, path: str = "") -> None:
        """Answer the next `times` requests whose path contains `path` with this status; `DROP` closes the
        connection.
        """
        self._waiting.append(Fault(status, retry_after, path, times))

    def always(self, status: int, *, retry_after: int | None = None, path: str = "") -> None:
        """Answer every request with this status until `clear()`."""
        self._waiting.append(Fault(status, retry_after, path))

    def clear(self) -> None:
        """Make everything work again, at full speed."""
        self.latency_ms = 0
        self.denied.clear()
        self.rate = None
        self._waiting.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault this request meets, if any."""
        for position, fault in enumerate(self._waiting):
            if not fault.concerns(path):
                continue
            if fault.remaining is None:
                return fault
            left = fault.remaining - 1
            self._waiting[position : position + 1] = [replace(fault, remaining=left)] if left else []
            return fault
        return None
