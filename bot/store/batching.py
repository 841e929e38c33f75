"""Small transactions that come at the same moment, run as one: begin and commit cost the same for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.errors import Unavailable
from bot.store.database import Work

MOST_TOGETHER = 50

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    result: "asyncio.Future[Result]"


class Batcher(Generic[Item, Result]):
    """One kind of small transaction. What comes at once, or while one is in progress, is done together."""

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
        self._is_busy = False
        self._next: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Do it; it is done once this returns.

        Raises Unavailable("database_unavailable"): then nothing was done, of those done together neither.
        """
        if self._is_busy:
            return await self._with_others(len(self._waiting), item)
        self._is_busy = True
        try:
            await asyncio.sleep(0)  # who comes at the same moment comes along
            if not self._waiting:  # alone, and spared a task and a future
                (result,) = await self._do([item])
                return result
            others = self._with_others(0, item)
        finally:
            self._go_on()
        return await others

    def _with_others(self, place: int, item: Item) -> "asyncio.Future[Result]":
        waiting: _Waiting[Item, Result] = _Waiting(item, asyncio.get_running_loop().create_future())
        self._waiting.insert(place, waiting)
        return waiting.result

    def _go_on(self) -> None:
        self._is_busy = bool(self._waiting)
        self._next = asyncio.create_task(self._do_waiting()) if self._waiting else None

    async def _do_waiting(self) -> None:
        await asyncio.sleep(self._pause_seconds)
        batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        outcome: Sequence[Result] | Unavailable = Unavailable("database_unavailable", retry=True)
        try:
            outcome = await self._do([each.item for each in batch])
        except Unavailable as unavailable:
            outcome = unavailable
        finally:
            _tell(batch, outcome)
            self._go_on()

    async def _do(self, items: Sequence[Item]) -> Sequence[Result]:
        return await self._run(lambda connection: self._work(connection, items))


def _tell(batch: Sequence[_Waiting[Item, Result]], outcome: Sequence[Result] | Unavailable) -> None:
    for number, each in enumerate(batch):
        if each.result.done():  # whoever asked has gone
            continue
        if isinstance(outcome, Unavailable):
            each.result.set_exception(outcome)
        else:
            each.result.set_result(outcome[number])
