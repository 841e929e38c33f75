"""Group commit: several writes of a SQLite file in one commit, so that the disk is synced once for all.

Syncing takes a millisecond or more, and a file has one writer at a time: fifty agents would wait for each
other. A write that comes alone is committed at once. When one of several fails or was given up, none has
happened: the others are committed without it. A commit that fails is a failure of each.
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
class Transaction:
    """Work that is committed or undone as a whole; the keywords are those of `Database.write`.

    `given_up` is set when nobody waits for it any more: then it must not happen.
    """

    work: Callable[[Connection], Any]
    lasting: bool = False
    wakes: bool = False
    alone: bool = False
    given_up: threading.Event = field(default_factory=threading.Event)

    def goes_with(self, other: "Transaction") -> bool:
        """Return whether both may be in one commit.

        What need not last shall neither wait for the disk, nor hold up what must with its long batches.
        """
        return self.lasting is other.lasting and not (self.alone or other.alone)


Waiting = tuple[Transaction, asyncio.Future[Any]]
Commit = Callable[[Sequence[Transaction], list[Any]], object]
"""Does work in one transaction, in the thread, and adds each result to the list. Raises what one raises."""


@dataclass(eq=False, repr=False)
class GroupCommit:
    """Commits in `threads`, one after the other, each with all that has come during the one before."""

    threads: ThreadPoolExecutor
    commit: Commit
    _waiting: list[Waiting] = field(default_factory=list)
    _running: asyncio.Future[object] | None = None

    async def do(self, transaction: Transaction) -> Any:
        """Return the result of a write once it is committed. Raises what it raises."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((transaction, done))
        if self._running is None:
            self._next()
        return await done

    async def finish(self) -> None:
        """Wait until nothing waits."""
        while self._running is not None:
            await asyncio.wait({self._running})

    def _next(self, most: int = MOST_TOGETHER) -> None:
        left = [each for each in self._waiting if not each[1].done()]  # the others were given up
        taken = left[:1]
        taken += [each for each in left[1:] if each[0].goes_with(left[0][0])][: most - 1]
        self._waiting = [each for each in left if each not in taken]
        if not taken:
            self._running = None
            return
        results: list[Any] = []
        transactions = [transaction for transaction, _ in taken]
        self._running = asyncio.get_running_loop().run_in_executor(
            self.threads, self.commit, transactions, results
        )
        self._running.add_done_callback(partial(self._settle, taken, results))

    def _settle(self, taken: list[Waiting], results: list[Any], ran: asyncio.Future[object]) -> None:
        error, went_well = ran.exception(), len(results)
        told, most = taken, MOST_TOGETHER
        if error is not None and any(done.done() for _, done in taken):
            told = []  # again, without those that were given up
        elif error is not None and went_well == 0:
            told = taken[:1]  # it failed by itself; the others are still to be done
        elif error is not None and went_well < len(taken):
            told, most = [], went_well  # again, up to the one that failed, which then comes first
        for place, (_, done) in enumerate(told):
            if error is not None:
                done.set_exception(error)
            elif not done.done():
                done.set_result(results[place])
        self._waiting = taken[len(told) :] + self._waiting
        self._next(most)
