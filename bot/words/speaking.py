"""In which language something is said: that of its reader, and of channels where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reader: ContextVar[Callable[[], str] | None] = ContextVar("reader", default=None)


@contextmanager
def speaking(language: Callable[[], str] | None) -> Iterator[None]:
    """Say everything inside in the language whose tag `language` returns then; None is that of channels.

    Work that is started inside, in the background, takes it along.
    """
    token = _reader.set(language)
    try:
        yield
    finally:
        _reader.reset(token)


def spoken_now() -> str | None:
    """Return the tag of the reader's language; None when it is a channel that reads."""
    language = _reader.get()
    return language() if language is not None else None
