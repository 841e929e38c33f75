"""Short writes to SQLite on the event loop's own thread.

Changing to the database's thread and back takes twice as long as inserting a row. Nothing is waited for here:
while somebody else is writing, and for a while after the disk was slow, the caller goes the long way.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.store.sqlite import WRITING, sqlite_engine

LONGEST_SECONDS = 0.05
AVOIDED_SECONDS = 10.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    """A transaction that has been committed, and what it gave."""

    result: Result


class RightHere:
    """A connection for the event loop's thread alone, which never waits for a lock and never syncs."""

    def __init__(self, url: URL, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is opened. `clock` is in seconds."""
        self._engine = sqlite_engine(url, 0, checkpoints=False).execution_options(**WRITING)
        self._clock = clock
        self._not_before = 0.0

    def tried(self, work: Callable[[Connection], Result]) -> Done[Result] | None:
        """The transaction, done; None when it was not, for whatever reason: another way may say which."""
        began = self._clock()
        if began < self._not_before:
            return None
        try:
            with self._engine.begin() as connection:
                result = work(connection)
        except SQLAlchemyError:
            return None
        finally:
            if self._clock() - began > LONGEST_SECONDS:
                self._not_before = self._clock() + AVOIDED_SECONDS
        return Done(result)

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()
