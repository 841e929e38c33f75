"""Time: clocks, spans in seconds, and the way people write spans (`90s`, `30m`, `2h`, `7d`)."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Gives the time in Unix seconds."""

MINUTE: Final = 60
HOUR: Final = 3_600
DAY: Final = 86_400

_SECONDS: Final = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY}
_SPAN: Final = re.compile(r"([0-9]{1,6})\s?([smhd])")


def read_span(text: str, units: str = "mhd") -> int | None:
    """Return a span in seconds, None for anything else. `units` are the letters that may be used."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or found[2] not in units:
        return None
    return int(found[1]) * _SECONDS[found[2]]
