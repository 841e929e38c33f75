"""Time that passes when a test says so, with the timers that are due in it."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


class HandTimer:
    """A callback of a `HandClock`."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


@dataclass
class HandClock:
    """Seconds, and callbacks that come after some of them."""

    now: float = 0.0
    _due: list[tuple[float, int, HandTimer]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, callback: Callable[[], None]) -> HandTimer:
        timer = HandTimer(callback)
        heapq.heappush(self._due, (self.now + seconds, next(self._numbers), timer))
        return timer

    async def pass_(self, seconds: float) -> None:
        await settle()
        until = self.now + seconds
        while self._due and self._due[0][0] <= until:
            at, _, timer = heapq.heappop(self._due)
            self.now = max(self.now, at)
            if timer.callback is not None:
                timer.callback()
            await settle()
        self.now = until


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)
