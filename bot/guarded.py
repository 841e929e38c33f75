"""The one place where an unexpected error ends: the log gets all of it, and what else goes on goes on.

Requests come through here by `bot.handlers.boundary`, turns of repeated work by `bot.engine.loops`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from structlog.typing import FilteringBoundLogger

from bot.logs import new_reference

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Failed:
    """Instead of a result: an error nobody expected. `reference` finds it in the log."""

    reference: str


async def guarded(
    work: Callable[[], Awaitable[Result]], log: FilteringBoundLogger, **about: str
) -> Result | Failed:
    """Do it. Whatever it raises is logged as an error, with its traceback and what it was `about`."""
    try:
        return await work()
    except Exception:  # the one broad except of the program
        failed = Failed(new_reference())
        log.exception("unhandled_error", reference=failed.reference, **about)
        return failed
