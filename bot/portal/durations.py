"""`recover:30m`, `recover:2h`, `recover:7d`: how long a dead link may be revived by the customer."""

import re
from typing import Final

from bot.errors import BadUsage

SECONDS_PER_UNIT: Final = {"m": 60, "h": 3_600, "d": 86_400}
# Below five minutes the session itself still lives; beyond 90 days a forgotten link should not come back.
SHORTEST_RECOVERY: Final = 300
LONGEST_RECOVERY: Final = 90 * SECONDS_PER_UNIT["d"]

_DURATION: Final = re.compile(r"([0-9]{1,6})([mhd])")


def recovery_seconds(text: str) -> int:
    """Read `30m`, `2h` or `7d` as seconds.

    Raises `BadUsage` for anything else, and for less than five minutes or more than 90 days.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise BadUsage("duration_not_understood", asked=text[:40])
    seconds = int(match[1]) * SECONDS_PER_UNIT[match[2]]
    if not SHORTEST_RECOVERY <= seconds <= LONGEST_RECOVERY:
        raise BadUsage("duration_out_of_range", asked=text[:40], shortest="5m", longest="90d")
    return seconds
