"""Reading what helps to answer and may be refused: the answer then says what it does not know."""

from collections.abc import Awaitable
from typing import TypeVar

from bot.errors import Refused

T = TypeVar("T")


async def attempt(reading: Awaitable[T]) -> T | Refused:
    """Return what was read, or the refusal."""
    try:
        return await reading
    except Refused as refused:
        return refused


def known(reading: T | Refused) -> T | None:
    """Return what was read, None in place of a refusal."""
    return None if isinstance(reading, Refused) else reading
