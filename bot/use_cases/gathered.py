"""Results of what was read at the same time, with `asyncio.gather(…, return_exceptions=True)`."""

from typing import TypeVar

T = TypeVar("T")


def succeeded(result: T | BaseException) -> T:
    """Return a result, or raise the exception that stands in its place.

    Asked in the order of importance, it has the error raised that a person should be told.
    """
    if isinstance(result, BaseException):
        raise result
    return result
