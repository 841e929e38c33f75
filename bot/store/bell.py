"""Tells work that waits for something in the database that something was written there."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung after what was written, on the event loop; each waiter hears it once."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Event] = []

    def ring(self) -> None:
        """Wake everybody who waits, and whoever waits next without having looked since."""
        for waiter in self._waiters:
            waiter.set()

    def waiter(self) -> asyncio.Event:
        """Return what is set from now on each time the bell rings; clear it before you look."""
        waiter = asyncio.Event()
        self._waiters.append(waiter)
        return waiter


async def wait_for(waiter: asyncio.Event, seconds: float) -> None:
    """Wait until the bell rings, so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await waiter.wait()
