"""Who is on call, put together from the settings, Slack's user groups and who stands in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from bot.alerts.rotation import Duty, Roster, Turn, latest_change, on_call, turns
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.settings import Rotation
from bot.group_members import GroupMembers, LookupFailed
from bot.logs import get_log

NEXT_TURNS = 4

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """Who is on call `at` a moment. `mention` is what to write to reach all of them: users, or their groups.

    `standing_in` holds overrides that count now or later; `turns` the present and the next turns, each with
    who is on call when it begins. `is_complete`: each user group could be read, now or earlier.
    """

    at: int
    duty: Duty
    mention: tuple[str, ...]
    roster: Roster
    standing_in: tuple[Turn, ...]
    turns: tuple[Turn, ...]
    is_complete: bool = True


class OnCall:
    """Knows who is on call."""

    def __init__(
        self, rotation: Rotation, also: Sequence[str], members: GroupMembers, rows: OnCallRows
    ) -> None:
        """`also` is SLACK_ONCALL: users and groups that are on call when `rotation` names nobody."""
        named = rotation.people or ((rotation.group,) if rotation.group else tuple(also))
        self._groups = tuple(each for each in named if each.startswith("S"))
        self._roster = Roster(
            tuple(each for each in named if not each.startswith("S")),
            rotation.handover,
            rotation.timezone,
            rotation.start or date(2026, 1, 5),
        )
        self._members = members
        self._rows = rows
        self._last_known: dict[str, tuple[str, ...]] = {}

    async def at(self, now: int) -> OnCallNow:
        """Find who is on call. Raises Unavailable when the database does not answer; Slack is not needed."""
        overrides = await self._rows.overrides(now)
        roster = replace(self._roster, people=await self._people())
        duty = on_call(roster, overrides, now)
        everybody = duty.people == roster.people and bool(self._groups)
        mention = (*self._roster.people, *self._groups) if everybody else duty.people
        upcoming = islice(turns(roster, now), NEXT_TURNS)
        return OnCallNow(
            now,
            duty,
            mention,
            roster,
            tuple(each for each in overrides if each.ends_at > now),
            tuple(
                replace(turn, person=on_call(roster, overrides, turn.starts_at).people[0])
                for turn in upcoming
            ),
            is_complete=self._last_known.keys() >= set(self._groups),
        )

    async def last_change(self, now: int) -> tuple[int, Duty, Duty] | None:
        """Find the last hand-over: when, who was on call before and who is since; None for none."""
        overrides = await self._rows.overrides(now)
        roster = replace(self._roster, people=await self._people())
        moment = latest_change(roster, overrides, now)
        if moment is None:
            return None
        return moment, on_call(roster, overrides, moment - 1), on_call(roster, overrides, now)

    async def _people(self) -> tuple[str, ...]:
        found = list(self._roster.people)
        for group in self._groups:
            try:
                self._last_known[group] = tuple(sorted(await self._members.of(group)))
            except LookupFailed:
                # Who was in it last may have left; still better than telling nobody.
                _log.warning("people_on_call_not_looked_up", group=group)
            found += self._last_known.get(group, ())
        return tuple(dict.fromkeys(found))
