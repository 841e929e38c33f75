"""Waiting for what happens elsewhere: poll with a deadline, never sleep on a guess."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
PATIENCE = 30.0
MOST_PER_LOOK = 0.5


def until(look: Callable[[], Seen | None], what: str, patience: float = PATIENCE) -> Seen:
    """The first thing `look` returns that is not empty. Raises AssertionError when nothing comes.

    `patience` is in seconds, of which one look and the pause after it use up half a one at most: when the
    whole machine stands still for a while, what is waited for stood still as well.
    """
    left = patience
    pause = 0.005
    while True:
        began = time.monotonic()
        seen = look()
        if seen:
            return seen
        if left <= 0:
            raise AssertionError(f"waited {patience:g} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.25, 0.05)  # soon after the beginning; later, looking takes time from the others
        left -= min(time.monotonic() - began, MOST_PER_LOOK)
