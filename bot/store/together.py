"""Several writes of a SQLite file in one commit, so that the disk is synced once for all of them.

Syncing takes a millisecond or more, and a file has one writer at a time: fifty agents would wait for each
other. A write that comes alone is committed at once. When one of several fails or was given up, none has
happened, and each is done by itself.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection

MOST_TOGETHER: Final = 50
"""Writes in one commit; the first waits for the last."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Work to do in a transaction; the keywords are those of `Database.write`.

    `given_up` is set when nobody waits for it any more: then it must not happen.
    """

    work: Callable[[Connection], Any]
    lasting: bool = False
    wakes: bool = False
    given_up: threading.Event = field(default_factory=threading.Event)


Commit = Callable[[Sequence[Asked]], Sequence[Any]]
"""Does work in one transaction, in the thread; returns the results. Raises what one of them raises."""


@dataclass(eq=False, repr=False)
class Together:
    """Commits in `threads`, one after the other, each with all that has come during the one before."""

    threads: ThreadPoolExecutor
    commit: Commit
    _waiting: list[tuple[Asked, asyncio.Future[Any]]] = field(default_factory=list)
    _alone: list[tuple[Asked, asyncio.Future[Any]]] = field(default_factory=list)
    _running: asyncio.Future[Sequence[Any]] | None = None

    async def do(self, asked: Asked) -> Any:
        """Return the result of a write once it is committed. Raises what it raises."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._running is None:
            self._next()
        return await done

    async def finish(self) -> None:
        """Wait until nothing waits."""
        while self._running is not None:
            await asyncio.wait({self._running})

    def _next(self) -> None:
        if self._alone:
            taken = [self._alone.pop(0)]
        else:
            # What need not last shall neither wait for the disk, nor hold up what must with its long batches.
            kind = self._waiting[0][0].lasting if self._waiting else False
            taken = [each for each in self._waiting if each[0].lasting is kind][:MOST_TOGETHER]
            self._waiting = [each for each in self._waiting if each not in taken]
        if not taken:
            self._running = None
            return
        works = [asked for asked, _ in taken]
        self._running = asyncio.get_running_loop().run_in_executor(self.threads, self.commit, works)
        self._running.add_done_callback(partial(self._settle, taken))

    def _settle(
        self, taken: list[tuple[Asked, asyncio.Future[Any]]], ran: asyncio.Future[Sequence[Any]]
    ) -> None:
        error = ran.exception()
        if error is not None and len(taken) > 1:
            self._alone += taken
        else:
            for place, (_, done) in enumerate(taken):
                if done.done():
                    continue  # given up
                if error is None:
                    done.set_result(ran.result()[place])
                else:
                    done.set_exception(error)
        self._next()
