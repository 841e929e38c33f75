"""What is done again and again, for as long as the process lives: no turn that fails ends it."""

import asyncio
import time
from functools import partial
from typing import Protocol

from bot.engine.jobs import Every
from bot.errors import Refused
from bot.guarded import Failed, guarded
from bot.logs import get_log
from bot.store.bell import Bell, wait_for

LONGEST_PAUSE = 5.0
"""Seconds before a turn that failed again and again is tried once more, unless the work itself is rarer."""

NO_ACCIDENT = 3
"""So many failures in a row are taken to be lasting."""

RARE = 60.0
"""Work this rare (seconds between turns) is reported at its first failure."""

REFUSED_FOR = 600.0
"""Seconds for which work is refused, `NO_ACCIDENT` times at least, until people are told."""

_log = get_log(__name__)


class LoopWatch(Protocol):
    """Is told how repeated work goes."""

    async def failed(self, loop: str, *, stays: bool, refused: bool = False) -> None:
        """Take note that a turn raised an unexpected error; `stays` when it is taken to be lasting.

        With `refused` it was refused again and again: a database that takes too long, a Slack that says no.
        """
        ...

    async def works(self, loop: str) -> None:
        """Take note that a turn went well: the first of this process, or the first after one that failed."""
        ...


class Unwatched:
    """A LoopWatch that does nothing."""

    async def failed(self, loop: str, *, stays: bool, refused: bool = False) -> None:
        """See `LoopWatch.failed`."""

    async def works(self, loop: str) -> None:
        """See `LoopWatch.works`."""


async def run_periodically(every: Every, watch: LoopWatch, bell: Bell) -> None:
    """Take turns until cancelled. An error is logged with its traceback and told, a refusal when it lasts."""
    failures: int | None = None
    refused = _Refusals()
    rung = bell.waiter()
    while True:
        rung.clear()
        went_well = await guarded(partial(_turn, every), _log, loop=every.name)
        if isinstance(went_well, Failed):
            failures = (failures or 0) + 1
            stays = failures >= NO_ACCIDENT or every.seconds >= RARE
            await guarded(partial(watch.failed, every.name, stays=stays), _log, loop=every.name)
        elif isinstance(went_well, Refused):
            if refused.again():
                await guarded(
                    partial(watch.failed, every.name, stays=True, refused=True), _log, loop=every.name
                )
        elif refused.over() or failures != 0:
            failures = 0
            await guarded(partial(watch.works, every.name), _log, loop=every.name)
        await asyncio.sleep(_pause(every.seconds, failures or 0))
        if every.sweep is not None and not failures and not isinstance(went_well, Refused):
            again = went_well if isinstance(went_well, float) else every.sweep
            await wait_for(rung, min(again, every.sweep) - every.seconds)


class _Refusals:
    """Counts the refusals in a row of one loop."""

    def __init__(self) -> None:
        self._count = 0
        self._since = 0.0
        self._told = False

    def again(self) -> bool:
        """Note a refusal; say whether they have lasted for so long that people are to be told."""
        now = time.monotonic()
        self._since = self._since if self._count else now
        self._count += 1
        lasts = self._count >= NO_ACCIDENT and now - self._since >= REFUSED_FOR
        self._told = self._told or lasts
        return lasts

    def over(self) -> bool:
        """Note that the work was done; say whether people had been told that it was not."""
        told, self._told, self._count = self._told, False, 0
        return told


async def _turn(every: Every) -> float | Refused | None:
    """Take a turn; in how many seconds to look again, if it says so, or the refusal it met."""
    try:
        return await every.work()
    except Refused as refused:
        _log.warning("periodic_work_refused", work=every.name, code=refused.code)
        return refused


def _pause(seconds: float, failures: int) -> float:
    """Return the seconds until the next turn, doubled after each failure."""
    return max(seconds, min(seconds * 2.0 ** min(failures, 20), LONGEST_PAUSE))
