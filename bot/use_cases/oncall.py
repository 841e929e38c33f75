"""The command `oncall`: who is on call, taking over for a while, handing back, and swapping turns."""

import asyncio
import re
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Any, Protocol

from bot.alerts.roster import OnCall, OnCallNow
from bot.alerts.rotation import Turn, next_clock_time, swap
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.rows.swaps import Swap, SwapRows
from bot.alerts.settings import clock_time
from bot.durations import DAY, Clock, read_span
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
    ASKED = "asked"
    SWAPPED = "swapped"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class OnCallView:
    """The answer to `oncall`.

    `person` is who asked. `until` (Unix seconds, of TOOK) and `other` (a user, of swaps) belong to `change`.
    `waiting` are swaps that nobody has answered yet.
    """

    present: OnCallNow
    person: str
    change: OnCallChange = OnCallChange.NOTHING
    until: int | None = None
    other: str | None = None
    waiting: tuple[Swap, ...] = ()


@dataclass(eq=False, repr=False)
class OnCallCommands:
    """Answers the command `oncall`.

    Announce swaps in `channel`.
    """

    _: KW_ONLY
    on_call: OnCall
    rows: OnCallRows
    swaps: SwapRows
    people: People
    channel: str | None
    clock: Clock

    async def answer(self, context: CommandContext) -> OnCallView:
        """Make the change that the command asks for, if any, and return who is on call then.

        Raises Refused.
        """
        command, person, now = context.command, context.person.id, self.clock()
        until = command.option("take") or command.option("until")
        other = command.option("swap")
        if until is not None:
            return await self._take(context, until, now)
        if other is not None:
            context.did = f"swap with {other[:40]}"
            return await self._swap(context, other, now)
        for answer, accepted in (("accept", True), ("decline", False)):
            number = command.option(answer)
            if number is not None:
                context.did = f"{answer} swap {number[:20]}"
                return await self._answer_swap(context, number, now, accepted=accepted)
        if command.subject == "back":
            context.did = "hand back"
            await self.rows.along(context.along).hand_back(person, now)
            return await self._view(person, now, OnCallChange.HANDED_BACK)
        if command.subject == "take":
            raise BadUsage("take_until_when")
        return await self._view(person, now)

    async def _take(self, context: CommandContext, asked: str, now: int) -> OnCallView:
        person = context.person.id
        until = _read_end(asked, await self._zone(asked, person, now), now)
        context.did = f"take until {until}"
        await self.rows.along(context.along).stand_in([Turn(person, now, until)], person, now)
        return await self._view(person, now, OnCallChange.TOOK, until=until)

    async def _swap(self, context: CommandContext, asked: str, now: int) -> OnCallView:
        person, present = context.person.id, await self.on_call.at(now)
        other = await self._read_person(asked, present.roster.people)
        turns = swap(present.roster, person, other, now)
        if not turns:
            raise BadUsage("no_turns_to_swap")
        await self.swaps.along(context.along).ask(person, other, turns, now)
        return await self._view(person, now, OnCallChange.ASKED, other=other)

    async def _answer_swap(
        self, context: CommandContext, number: str, now: int, *, accepted: bool
    ) -> OnCallView:
        """Swap the turns, or tell who asked that they stay. Raises BadUsage."""
        person = context.person.id
        waiting, present = await asyncio.gather(self.swaps.waiting(now), self.on_call.at(now))
        asked = next((each for each in waiting if str(each.id) == number and each.other == person), None)
        if asked is None:
            raise BadUsage("swap_answered")
        if accepted and swap(present.roster, asked.by, asked.other, now) != asked.turns:
            raise BadUsage("swap_outdated")
        swaps = self.swaps.along(context.along)
        await swaps.answer(asked.id, person, accepted=accepted, now=now, channel=self.channel)
        change = OnCallChange.SWAPPED if accepted else OnCallChange.DECLINED
        return await self._view(person, now, change, other=asked.by)

    async def _view(
        self, person: str, now: int, change: OnCallChange = OnCallChange.NOTHING, **facts: Any
    ) -> OnCallView:
        present, waiting = await asyncio.gather(self.on_call.at(now), self.swaps.waiting(now))
        return OnCallView(present, person, change, waiting=waiting, **facts)

    async def _read_person(self, asked: str, among: tuple[str, ...]) -> str:
        named = _PERSON.fullmatch(asked.strip())
        if named:
            return str(named[1] or named[2])
        found = await self.people.find_by_name(asked.strip().lstrip("@"), among)
        if found is None:
            raise BadUsage("swap_with_whom", asked=asked[:40])
        return found

    async def _zone(self, asked: str, person: str, now: int) -> tzinfo:
        """Return the zone of the clock time that is asked for. Slack is asked only where it matters."""
        if read_span(_bare(asked)) is not None:
            return UTC
        return await self.people.time_zone(person) or (await self.on_call.at(now)).roster.zone


def _bare(asked: str) -> str:
    return asked.strip().lower().removeprefix("until:").removeprefix("until").strip()


def _read_end(asked: str, zone: tzinfo, now: int) -> int:
    """Read `18:00`, `until:18:00`, `2h` or `3d` as a time after `now` (Unix seconds). Raises BadUsage."""
    text = _bare(asked)
    seconds = read_span(text)
    if seconds is not None:
        if not 0 < seconds <= LONGEST_SECONDS:
            raise BadUsage("take_too_long", asked=asked[:40])
        return now + seconds
    try:
        return next_clock_time(clock_time(text), zone, now)
    except ValueError:
        raise BadUsage("take_until_when") from None
