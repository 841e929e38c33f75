"""The command `oncall`: who is on call, taking over for a while, handing back, and swapping turns."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Protocol

from bot.alerts.roster import OnCall, OnCallNow
from bot.alerts.rotation import Override, next_clock_time, swap
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.settings import clock_time
from bot.durations import DAY, read_span
from bot.errors import BadUsage
from bot.use_cases.context import CommandContext

LONGEST_SECONDS = 14 * DAY
"""How long somebody may take over."""
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>|([UW][A-Z0-9]+)")


class People(Protocol):
    """Looks up users in Slack."""

    async def time_zone(self, user: str) -> tzinfo | None:
        """Return a user's time zone; None when Slack does not say."""
        ...

    async def find_by_name(self, name: str, among: tuple[str, ...]) -> str | None:
        """Return which of the users in `among` has this name (without @); None when none or several have."""
        ...


class OnCallChange(StrEnum):
    """What a command `oncall` changed before it said who is on call."""

    NOTHING = ""
    TOOK = "took"
    HANDED_BACK = "handed_back"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class OnCallView:
    """The answer to `oncall`.

    `person` is who asked. `until` (Unix seconds, of TOOK) and `other` (a user, of SWAPPED) belong to
    `change`.
    """

    present: OnCallNow
    person: str
    change: OnCallChange = OnCallChange.NOTHING
    until: int | None = None
    other: str | None = None


class OnCallCommands:
    """Answers the command `oncall`."""

    def __init__(
        self,
        *,
        on_call: OnCall,
        rows: OnCallRows,
        alerts: Alerts,
        people: People,
        channel: str | None,
        clock: Callable[[], int],
    ) -> None:
        """Announce swaps in `channel`; `clock` gives Unix seconds."""
        self._on_call = on_call
        self._rows = rows
        self._alerts = alerts
        self._people = people
        self._channel = channel
        self._clock = clock

    async def answer(self, context: CommandContext) -> OnCallView:
        """Make the change that the command asks for, if any, and return who is on call then.

        Raises Refused.
        """
        command, person, now = context.command, context.person.id, self._clock()
        until = command.option("take") or command.option("until")
        other = command.option("swap")
        if until is not None:
            return await self._take(context, until, now)
        if other is not None:
            context.did = f"swap with {other[:40]}"
            return await self._swap(person, other, now)
        if command.subject == "back":
            context.did = "hand back"
            return await self._hand_back(person, now)
        if command.subject == "take":
            raise BadUsage("take_until_when")
        return OnCallView(await self._on_call.at(now), person)

    async def _take(self, context: CommandContext, asked: str, now: int) -> OnCallView:
        person = context.person.id
        present = await self._on_call.at(now)
        zone = await self._people.time_zone(person) or present.roster.zone
        until = _read_end(asked, zone, now)
        context.did = f"take until {until}"
        await self._rows.stand_in([Override(person, now, until)], person, now)
        return OnCallView(await self._on_call.at(now), person, OnCallChange.TOOK, until)

    async def _hand_back(self, person: str, now: int) -> OnCallView:
        if not await self._rows.hand_back(person, now):
            raise BadUsage("nothing_to_hand_back")
        return OnCallView(await self._on_call.at(now), person, OnCallChange.HANDED_BACK)

    async def _swap(self, person: str, asked: str, now: int) -> OnCallView:
        present = await self._on_call.at(now)
        other = await self._read_person(asked, present.roster.people)
        overrides = swap(present.roster, person, other, now)
        if not overrides:
            raise BadUsage("no_turns_to_swap")
        await self._rows.stand_in(overrides, person, now)
        if self._channel is not None:
            turns = [
                {"person": each.person, "starts_at": each.starts_at, "ends_at": each.ends_at}
                for each in overrides
            ]
            facts = {"by": person, "other": other, "turns": turns}
            key = f"swap:{person}:{other}:{now}"
            await self._alerts.note(key, "oncall_swapped", facts, now, channel=self._channel)
        return OnCallView(await self._on_call.at(now), person, OnCallChange.SWAPPED, other=other)

    async def _read_person(self, asked: str, among: tuple[str, ...]) -> str:
        named = _PERSON.fullmatch(asked.strip())
        if named:
            return str(named[1] or named[2])
        found = await self._people.find_by_name(asked.strip().lstrip("@"), among)
        if found is None:
            raise BadUsage("swap_with_whom", asked=asked[:40])
        return found


def _read_end(asked: str, zone: tzinfo, now: int) -> int:
    """Read `18:00`, `until:18:00`, `2h` or `3d` as a time after `now` (Unix seconds). Raises BadUsage."""
    text = asked.strip().lower().removeprefix("until:").removeprefix("until").strip()
    seconds = read_span(text)
    if seconds is not None:
        if not 0 < seconds <= LONGEST_SECONDS:
            raise BadUsage("take_too_long", asked=asked[:40])
        return now + seconds
    try:
        return next_clock_time(clock_time(text), zone, now)
    except ValueError:
        raise BadUsage("take_until_when") from None
