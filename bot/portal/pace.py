"""The bot's own limit on calls to Stripe, below Stripe's so that other programs on the key get through.

Where several processes use one key, each lets through its share; how large that is, others decide
(`bot.store.shared_limit`). What nobody waits for comes after what somebody does.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from math import ceil, inf
from typing import Final, Protocol, TypeVar

WINDOW_SECONDS: Final = 1.1
"""Stripe counts by the second; a tenth more is for the way there, which is not always equally long."""
TURNS_FOR_PEOPLE: Final = 9
"""After so many turns in a row one goes to what nobody waits for, or it would never end."""
SLOWEST: Final = 0.1
"""A 429 halves the rate, down to this part of it."""
RECOVERED_SECONDS: Final = 60.0
"""How long it takes from nothing back to the whole rate; from a half, half of it."""
LONGEST_PAUSE: Final = 60.0
"""Seconds that a `Retry-After` can keep the rate down before it recovers."""

Result = TypeVar("Result")
_nobody_waits: ContextVar[bool] = ContextVar("nobody_waits", default=False)


def behind(work: Callable[[], Awaitable[Result]]) -> Callable[[], Awaitable[Result]]:
    """Return work whose calls to Stripe come after those that somebody waits for."""

    async def done_behind() -> Result:
        token = _nobody_waits.set(True)
        try:
            return await work()
        finally:
            _nobody_waits.reset(token)

    return done_behind


def recovered(part: float, seconds: float) -> float:
    """Return what part of the rate is used so many seconds after it was lowered to `part`."""
    return min(1.0, part + max(0.0, seconds) / RECOVERED_SECONDS)


@dataclass(frozen=True, slots=True)
class Demand:
    """Calls in a window of time, begun or waiting: those that somebody waits for, and the others.

    `waited` says whether the share was too small for them.
    """

    urgent: int
    other: int
    waited: bool


class Timer(Protocol):
    """A callback that is still to come."""

    def cancel(self) -> None:
        """Have it not come."""
        ...


def _later(seconds: float, callback: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(seconds, callback)


class Pace:
    """Lets at most `share` calls begin within any second; a limit of 0 means none.

    A window over the beginnings, not a leaky bucket: a bucket of 90 lets 180 through in its first second,
    which is above Stripe's 100. Callers are served in the order they came, people's first.
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], Timer] = _later,
    ) -> None:
        """Take the whole limit; a process by itself keeps it."""
        self.limit = per_second
        self.on_need: Callable[[], None] = lambda: None
        """Called when a call has to wait, when one was refused, and for the first one while `idle`."""
        self.idle = True
        self._share = per_second
        self._clock, self._later = clock, later
        self._begun: deque[float] = deque()
        self._people: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._in_a_row = 0
        self._timer: Timer | None = None
        self._counted = [0, 0]
        self._counted_since, self._waited = clock(), False
        self._lowered_to, self._lowered_at, self._refused_at = 1.0, clock(), float("-inf")

    @property
    def share(self) -> float:
        """Calls a second that this process may begin, before what Stripe's 429s take off it."""
        return self._share

    @share.setter
    def share(self, per_second: float) -> None:
        self._share = per_second
        if self.limit:
            self._pass_on()

    @property
    def part(self) -> float:
        """What part of its share is used: 1, or less for a while after a 429."""
        return recovered(self._lowered_to, self._clock() - self._lowered_at)

    @property
    def rate(self) -> float:
        """Calls a second that may begin now."""
        return self._share * self.part if self.limit else inf

    async def turn(self) -> None:
        """Wait until another call may begin."""
        if not self.limit:
            return
        nobody_waits = _nobody_waits.get()
        if not self._people and not self._others and self._room() > 0:
            self._begin(nobody_waits)
            if self.idle:
                self.idle = False
                self.on_need()
            return
        waiter = asyncio.get_running_loop().create_future()
        (self._others if nobody_waits else self._people).append(waiter)
        if not self._waited:
            self._waited = True
            self.on_need()
        self._pass_on()
        await waiter

    def refused(self, seconds: float = 0.0) -> None:
        """Halve the rate after a 429, for so many seconds at least; those of one second count as one."""
        now = self._clock()
        if now - self._refused_at >= 1.0:
            self._refused_at = now
            self._lowered_to = max(SLOWEST, self.part / 2)
            self.on_need()
        self._lowered_at = max(self._lowered_at, now + min(seconds, LONGEST_PAUSE))

    def lower(self, part: float) -> None:
        """Use no more than this part of the share now: another process was refused."""
        if part < self.part:
            # Not earlier than this process itself was told by a `Retry-After`.
            self._lowered_to, self._lowered_at = part, max(self._lowered_at, self._clock())

    def take_demand(self) -> Demand:
        """Return what was wanted since this was last asked."""
        windows = max(1.0, (self._clock() - self._counted_since) / WINDOW_SECONDS)
        people, others = (sum(not each.done() for each in queue) for queue in (self._people, self._others))
        urgent, other = self._counted
        demand = Demand(ceil(urgent / windows) + people, ceil(other / windows) + others, self._waited)
        self._counted = [0, 0]
        self._counted_since, self._waited = self._clock(), people + others > 0
        return demand

    def _begin(self, nobody_waits: bool) -> None:
        self._begun.append(self._clock())
        self._counted[nobody_waits] += 1

    def _pass_on(self) -> None:
        """Let those begin whose turn it is, and come back when it is the next one's."""
        for _ in range(self._room()):
            if not self._serve_next():
                break
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._people or self._others:
            at_once, window = self._rate()
            wait = self._begun[-at_once] + window - self._clock() if len(self._begun) >= at_once else 0.0
            self._timer = self._later(max(0.0, wait), self._pass_on)

    def _serve_next(self) -> bool:
        """Let one waiting caller begin; False when there is none."""
        while self._people or self._others:
            behind_turn = not self._people or (self._others and self._in_a_row >= TURNS_FOR_PEOPLE)
            waiter = (self._others if behind_turn else self._people).popleft()
            if not waiter.done():  # else its caller has given up
                self._in_a_row = 0 if behind_turn else self._in_a_row + 1
                self._begin(bool(behind_turn))
                waiter.set_result(None)
                return True
        return False

    def _room(self) -> int:
        at_once, window = self._rate()
        now = self._clock()
        while self._begun and self._begun[0] + window <= now:
            self._begun.popleft()
        return at_once - len(self._begun)

    def _rate(self) -> tuple[int, float]:
        """Calls at once, and the seconds that a call counts: below one a second, longer than a second."""
        rate = self.rate
        return (int(rate), WINDOW_SECONDS) if rate >= 1 else (1, WINDOW_SECONDS / rate)
