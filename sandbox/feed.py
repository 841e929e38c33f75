"""Tells every open page, as it happens, that something changed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

QUEUE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Notice:
    """One change. `facts` says where to look, never what is there: the page fetches that itself."""

    kind: str
    facts: dict[str, str | int | bool | None] = field(default_factory=dict)


class Feed:
    """Hands each notice to every open page. Call it from the event loop only."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Notice | None]] = set()

    @property
    def listeners(self) -> int:
        """How many pages are open."""
        return len(self._queues)

    def publish(self, kind: str, **facts: str | int | bool | None) -> None:
        """Hand a notice to every listener. One that stopped reading is dropped, and reconnects."""
        for queue in tuple(self._queues):
            try:
                queue.put_nowait(Notice(kind, facts))
            except asyncio.QueueFull:
                self._queues.discard(queue)

    async def listen(self) -> AsyncIterator[Notice]:
        """Yield notices until the feed is closed."""
        queue: asyncio.Queue[Notice | None] = asyncio.Queue(QUEUE_LENGTH)
        self._queues.add(queue)
        try:
            while (notice := await queue.get()) is not None:
                yield notice
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End every listener, so that the server can stop while pages are open."""
        for queue in tuple(self._queues):
            if not queue.full():
                queue.put_nowait(None)
        self._queues.clear()
