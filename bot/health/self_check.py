"""Looking after the bot itself: the self-check every hour, what it is behind with every minute."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from bot.alerts.rows.oncall import OnCallRows
from bot.check import Check, Checkup
from bot.durations import DAY, HOUR
from bot.engine import Every
from bot.health.backlog import Backlog
from bot.health.health_alerts import HealthAlerts, HealthProblem

SECONDS_BETWEEN_LOOKS = 30.0

# What the self-check says, by name and outcome, and the trouble it is. Other outcomes are no trouble: that
# Stripe does not answer for a minute is said wherever it is asked.
_TROUBLES: Mapping[tuple[str, str], str] = {
    ("configuration", "none"): "configuration_missing",
    ("configuration", "inactive"): "configuration_inactive",
    ("configuration", "login_page_off"): "login_page_off",
    ("permissions", "missing"): "permissions_missing",
    ("slack", "scopes_missing"): "slack_scopes_missing",
    ("slack_group", "refused"): "user_group_unreadable",
    ("slack_group", "empty"): "user_group_unreadable",
}
_UNKNOWN = frozenset({"refused", "unreachable", "slow"})
LOOKED_AT = frozenset({"stripe", "slack"})
"""The looks of the self-check that tell of these troubles; the others are for whoever asks."""

Examine = Callable[[Collection[str]], Awaitable[Checkup]]
"""Given the names of the looks that are wanted."""
ReadBacklog = Callable[[int, int], Awaitable[Backlog]]
"""Given the time since when and the time now (Unix seconds)."""


class SelfCheck:
    """Looks, and raises what it finds; of all processes one at a time."""

    def __init__(
        self,
        *,
        trouble: HealthAlerts,
        rows: OnCallRows,
        examine: Examine,
        backlog: ReadBacklog,
        behind_after: int,
        clock: Callable[[], int],
    ) -> None:
        """`behind_after`: seconds that an event may wait or be late. `clock` gives Unix seconds."""
        self._trouble = trouble
        self._rows = rows
        self._examine = examine
        self._backlog = backlog
        self._behind_after = behind_after
        self._clock = clock

    def every(self) -> list[Every]:
        """What is looked at again and again."""
        return [
            Every("self_check", SECONDS_BETWEEN_LOOKS * 2, self.check),
            Every("backlog", SECONDS_BETWEEN_LOOKS, self.look_behind),
        ]

    async def check(self) -> None:
        """Do the self-check, once an hour over all processes. Raises Unavailable."""
        if not await self._rows.is_my_turn("self_check", self._clock(), HOUR):
            return
        checks = (await self._examine(LOOKED_AT)).checks
        known = frozenset(name for check in checks for name in _looked_at(check))
        await self._trouble.lasting(known, tuple(found for check in checks for found in _troubles(check)))

    async def look_behind(self) -> None:
        """See whether events wait too long, come late, or mails are stuck. Raises Unavailable."""
        now = self._clock()
        if not await self._rows.is_my_turn("backlog", now, int(SECONDS_BETWEEN_LOOKS)):
            return
        recent = await self._backlog(now - HOUR, now)
        of_the_day = await self._backlog(now - DAY, now)
        found = []
        if recent.oldest > self._behind_after or recent.late:
            facts = {"waiting": recent.waiting, "minutes": recent.oldest // 60, "late": recent.late}
            found.append(HealthProblem("events_behind", facts))
        if of_the_day.parked or of_the_day.failed:
            found.append(
                HealthProblem("mails_in_trouble", {"parked": of_the_day.parked, "failed": of_the_day.failed})
            )
        await self._trouble.lasting(frozenset({"events_behind", "mails_in_trouble"}), tuple(found))


def _troubles(check: Check) -> list[HealthProblem]:
    name = _TROUBLES.get((check.name, check.outcome))
    about = str(check.facts.get("group", "")) if name == "user_group_unreadable" else ""
    return [HealthProblem(name, dict(check.facts), about)] if name else []


def _looked_at(check: Check) -> frozenset[str]:
    """The troubles that the check can tell of; none when it could not be done."""
    if check.outcome in _UNKNOWN and (check.name, check.outcome) not in _TROUBLES:
        return frozenset()
    return frozenset(trouble for (name, _), trouble in _TROUBLES.items() if name == check.name)
