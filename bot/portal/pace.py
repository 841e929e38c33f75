"""The bot's own limit on calls to Stripe, below Stripe's so that other programs on the key get through."""

import asyncio
import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Lets at most `per_second` calls begin within any second; 0 means no limit.

    A window over the beginnings, not a leaky bucket: a bucket of 90 lets 180 through in its first second,
    which is above Stripe's 100. Callers are served in the order they came.
    """

    def __init__(self, per_second: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        # Below one a second the window is longer than a second.
        self._window = 1.0 if per_second >= 1 else (1.0 / per_second if per_second > 0 else 0.0)
        self._beginnings: deque[float] = deque(maxlen=max(1, int(per_second)))
        self._clock = clock

    async def turn(self) -> None:
        """Wait until another call may begin."""
        if self._window == 0.0:
            return
        now = self._clock()
        begins = now
        if len(self._beginnings) == self._beginnings.maxlen:
            begins = max(now, self._beginnings[0] + self._window)
        self._beginnings.append(begins)
        if begins > now:
            await asyncio.sleep(begins - now)
