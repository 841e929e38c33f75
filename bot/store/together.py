"""Small transactions that come at the same moment, run as one: begin and commit cost the same for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.errors import Unavailable
from bot.store.engine import Work

MOST_TOGETHER = 50

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    result: "asyncio.Future[Result]"


class Together(Generic[Item, Result]):
    """One kind of small transaction. What comes while others are in progress is done together, in order."""

    def __init__(
        self,
        run: Callable[[Work[Sequence[Result]]], Awaitable[Sequence[Result]]],
        work: Callable[[Connection, Sequence[Item]], Sequence[Result]],
        *,
        pause_seconds: float = 0,
    ) -> None:
        """`run` is a database's `read` or `write`; `work` gives one result for each item.

        When more has come by the end of one, the next begins after a pause, so that it is larger still.
        """
        self._run = run
        self._work = work
        self._pause_seconds = pause_seconds
        self._waiting: list[_Waiting[Item, Result]] = []
        self._in_progress: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Do it; it is done once this returns.

        Raises Unavailable("database_unavailable"): then nothing was done, of those done together neither.
        """
        waiting = _Waiting(item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._in_progress is None or self._in_progress.done():
            self._in_progress = asyncio.create_task(self._work_off())
        result: Result = await waiting.result
        return result

    async def _work_off(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            try:
                await self._do(batch)
            finally:
                for each in batch:
                    if not each.result.done():
                        each.result.set_exception(Unavailable("database_unavailable", retry=True))
            if self._waiting and self._pause_seconds:
                await asyncio.sleep(self._pause_seconds)

    async def _do(self, batch: Sequence[_Waiting[Item, Result]]) -> None:
        items = [each.item for each in batch]
        try:
            results = await self._run(lambda connection: self._work(connection, items))
        except Unavailable as unavailable:
            for each in batch:
                if not each.result.done():
                    each.result.set_exception(unavailable)
            return
        for each, result in zip(batch, results, strict=True):
            if not each.result.done():  # whoever asked has gone
                each.result.set_result(result)
