"""Alerts about the bot itself and about the portal, in the same tables as those about Stripe's events.

A problem that lasts (no portal configuration, a missing permission) is one alert, which is resolved when the
problem is gone. A problem that happens at one moment (forged webhooks, a rule that Stripe contradicts) raises
an alert, or counts onto the one that is open, at most once an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.alerts.alert import Facts, Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.durations import HOUR, Clock

TYPE = "portalbot.own_trouble"
FAMILY = "own:"
"""Prefix of the group keys of these alerts."""

SEVERITIES: Mapping[str, Severity] = {
    "configuration_missing": Severity.PAGE,
    "configuration_inactive": Severity.PAGE,
    "login_page_off": Severity.NOTIFY,
    "permissions_missing": Severity.PAGE,
    "slack_scopes_missing": Severity.NOTIFY,
    "slack_trouble": Severity.PAGE,
    "alert_channel_closed": Severity.PAGE,
    "rule_channel_closed": Severity.NOTIFY,
    "person_not_reached": Severity.NOTIFY,
    "user_group_unreadable": Severity.NOTIFY,
    "events_behind": Severity.PAGE,
    "events_missed": Severity.NOTIFY,
    "webhooks_forged": Severity.NOTIFY,
    "mails_in_trouble": Severity.NOTIFY,
    "rules_disagree": Severity.NOTIFY,
    "work_failing": Severity.PAGE,
}
"""Every problem by name, with its severity. The name is also the rule of its alert, so each can be muted."""


@dataclass(frozen=True, slots=True)
class HealthProblem:
    """Something that is wrong now. `name` is one of `SEVERITIES`; `about` tells several of one name apart."""

    name: str
    facts: Facts = field(default_factory=dict)
    about: str = ""

    @property
    def group_key(self) -> str:
        """Return the group key of its alert: what shares it is one alert."""
        return f"{FAMILY}{self.name}:{self.about}"


def closed_channel(channel: str, reason: str, *, main: str | None) -> HealthProblem:
    """Return the problem that a channel takes no messages; `reason` is Slack's error code.

    `main` is ALERT_CHANNEL. What is meant for another channel goes there, so that is less urgent.
    """
    name = "rule_channel_closed" if main is not None and channel != main else "alert_channel_closed"
    return HealthProblem(name, {"channel": channel, "reason": reason}, channel)


class HealthAlerts:
    """Raises and resolves these alerts. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, alerts: Alerts, channel: str | None, clock: Clock, *, livemode: bool) -> None:
        """Send the alerts to `channel`, or to nobody when it is None."""
        self._alerts = alerts
        self._channel = channel
        self._clock = clock
        self._livemode = livemode

    async def report(self, problem: HealthProblem) -> None:
        """Raise an alert for a problem that happened just now, or count onto it, at most once an hour."""
        now = self._clock()
        await self._alerts.raise_or_count(self._occurrence(problem, f"{now // HOUR}", now), now)

    async def resolve(self, problem: HealthProblem) -> None:
        """Resolve the alert about a problem that is gone. Does nothing when there is no such alert."""
        alert = await self._alerts.unresolved_of(problem.group_key)
        if alert is not None:
            await self._alerts.resolve(alert.id, None, self._clock())

    async def reason_of(self, problem: HealthProblem) -> str | None:
        """Return the reason in the open alert about a problem; None when there is no such alert."""
        alert = await self._alerts.unresolved_of(problem.group_key)
        return str(alert.facts.get("reason", "")) if alert is not None else None

    async def reconcile(self, checked: frozenset[str], found: tuple[HealthProblem, ...]) -> None:
        """Make the open alerts agree with what a check found.

        Raise an alert for each problem in `found` that has none and is not muted, and resolve each open
        alert whose name is in `checked` and whose problem is not in `found`.
        """
        now = self._clock()
        open_alerts = {alert.group_key: alert for alert in await self._alerts.unresolved(1000, FAMILY)}
        muted = {mute.rule for mute in await self._alerts.mutes(now)}
        for problem in found:
            if problem.group_key not in open_alerts and problem.name not in muted:
                await self._alerts.raise_or_count(self._occurrence(problem, f"since {now}", now), now)
        present = {problem.group_key for problem in found}
        for key, alert in open_alerts.items():
            if alert.rule in checked and key not in present:
                await self._alerts.resolve(alert.id, None, now)

    def _occurrence(self, problem: HealthProblem, when: str, now: int) -> Occurrence:
        return Occurrence(
            key=f"{problem.group_key}:{when}",
            type=TYPE,
            at=now,
            rule=problem.name,
            severity=SEVERITIES[problem.name],
            group_key=problem.group_key,
            template=problem.name,
            livemode=self._livemode,
            channel=self._channel,
            facts=problem.facts,
        )
