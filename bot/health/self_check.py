"""Periodic checks of the bot itself: the self-check every hour, the backlog every 30 seconds."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass

from bot.alerts.rows.oncall import OnCallRows
from bot.check import Check, Checkup
from bot.durations import DAY, HOUR, Clock
from bot.engine import Every
from bot.health.backlog import Backlog
from bot.health.health_alerts import HealthAlerts, HealthProblem, closed_channel

SECONDS_BETWEEN_CHECKS = 30.0
SECONDS_BETWEEN_CHANNELS = 60
"""A channel that the bot cannot post to is told to people within a minute."""

# The problem that a check stands for, by its name and outcome. Other outcomes raise no alert: that Stripe
# does not answer for a minute is reported by whatever called it.
_PROBLEMS: Mapping[tuple[str, str], str] = {
    ("configuration", "none"): "configuration_missing",
    ("configuration", "inactive"): "configuration_inactive",
    ("configuration", "login_page_off"): "login_page_off",
    ("permissions", "missing"): "permissions_missing",
    ("slack", "scopes_missing"): "slack_scopes_missing",
    ("slack_group", "refused"): "user_group_unreadable",
    ("slack_group", "empty"): "user_group_unreadable",
}
_UNKNOWN = frozenset({"refused", "unreachable", "slow"})
PROBES = frozenset({"stripe", "slack"})
"""The probes of the self-check that find these problems. The others run only when a person asks."""

CHANNELS = "alert_channel"
"""The probe of the self-check that looks at the channels."""
CHANNEL_PROBLEMS = frozenset({"alert_channel_closed", "rule_channel_closed"})

Examine = Callable[[Collection[str]], Awaitable[Checkup]]
"""Runs the probes with these names."""
ReadBacklog = Callable[[int, int], Awaitable[Backlog]]
"""Counts the backlog; given the start of the period and the present time, both in Unix seconds."""


@dataclass(eq=False, repr=False)
class SelfCheck:
    """Checks, and raises alerts about what it finds. Of several processes one does each check.

    Take `rows` to agree with other processes whose turn it is.

    `behind_after` is how many seconds an event may wait or be late; `main` is ALERT_CHANNEL.
    """

    _: KW_ONLY
    alerts: HealthAlerts
    rows: OnCallRows
    examine: Examine
    backlog: ReadBacklog
    behind_after: int
    main: str | None
    clock: Clock

    def every(self) -> list[Every]:
        """Return the periodic work."""
        return [
            Every("self_check", SECONDS_BETWEEN_CHECKS * 2, self.check),
            Every("backlog", SECONDS_BETWEEN_CHECKS, self.check_backlog),
            Every("alert_channels", SECONDS_BETWEEN_CHANNELS, self.check_channels),
        ]

    async def check(self) -> None:
        """Run the self-check, once an hour over all processes. Raises Unavailable."""
        if not await self.rows.is_my_turn("self_check", self.clock(), HOUR):
            return
        checks = (await self.examine(PROBES)).checks
        checked = frozenset(name for check in checks for name in _covered_by(check))
        await self.alerts.reconcile(checked, tuple(found for check in checks for found in _problems(check)))

    async def check_channels(self) -> None:
        """Check whether the bot may post where alerts go, once a minute over all processes."""
        if not await self.rows.is_my_turn("alert_channels", self.clock(), SECONDS_BETWEEN_CHANNELS):
            return
        checks = (await self.examine({CHANNELS})).checks
        closed = tuple(
            closed_channel(str(check.facts["channel"]), str(check.facts["reason"]), main=self.main)
            for check in checks
            if check.name == CHANNELS and check.result == "broken" and "channel" in check.facts
        )
        known = all("channel" in check.facts for check in checks)
        await self.alerts.reconcile(CHANNEL_PROBLEMS if known else frozenset(), closed)

    async def check_backlog(self) -> None:
        """Check whether events wait too long or arrive late, or mails are stuck. Raises Unavailable."""
        now = self.clock()
        if not await self.rows.is_my_turn("backlog", now, int(SECONDS_BETWEEN_CHECKS)):
            return
        recent = await self.backlog(now - HOUR, now)
        of_the_day = await self.backlog(now - DAY, now)
        found = []
        if recent.oldest > self.behind_after or recent.late:
            facts = {"waiting": recent.waiting, "minutes": recent.oldest // 60, "late": recent.late}
            found.append(HealthProblem("events_behind", facts))
        if of_the_day.parked or of_the_day.failed:
            found.append(
                HealthProblem("mails_in_trouble", {"parked": of_the_day.parked, "failed": of_the_day.failed})
            )
        await self.alerts.reconcile(frozenset({"events_behind", "mails_in_trouble"}), tuple(found))


def _problems(check: Check) -> list[HealthProblem]:
    name = _PROBLEMS.get((check.name, check.outcome))
    about = str(check.facts.get("group", "")) if name == "user_group_unreadable" else ""
    return [HealthProblem(name, dict(check.facts), about)] if name else []


def _covered_by(check: Check) -> frozenset[str]:
    """Return the problems that the check could have found; none when it could not be done."""
    if check.outcome in _UNKNOWN and (check.name, check.outcome) not in _PROBLEMS:
        return frozenset()
    return frozenset(problem for (name, _), problem in _PROBLEMS.items() if name == check.name)
