"""Waiting for what happens elsewhere: poll with a deadline, never sleep on a guess."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
PATIENCE = 15.0


def until(look: Callable[[], Seen | None], what: str, patience: float = PATIENCE) -> Seen:
    """The first thing `look` returns that is not empty. Raises AssertionError when nothing comes."""
    deadline = time.monotonic() + patience
    pause = 0.005
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:g} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.25, 0.05)  # soon after the beginning; later, looking takes time from the others
