"""Catches unexpected errors: the only place that does. They are logged, and the process goes on.

`bot.handlers.boundary` runs the work on requests in it, `bot.engine.loops` each turn of periodic work.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from structlog.typing import FilteringBoundLogger

from bot.logs import bound_reference, new_reference

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Failed:
    """Returned instead of a result after an unexpected error, which the log has under `reference`."""

    reference: str


async def guarded(
    work: Callable[[], Awaitable[Result]], log: FilteringBoundLogger, **about: str
) -> Result | Failed:
    """Return the result of the work, or Failed when it raises.

    The error is logged with its traceback, the fields of `about`, and the reference of the request, outside
    of one with a new reference.
    """
    try:
        return await work()
    except Exception:  # the one broad except of the program
        failed = Failed(bound_reference() or new_reference())
        log.exception("unhandled_error", reference=failed.reference, **about)
        return failed
