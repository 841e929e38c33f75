"""Alerts about the bot itself and about the portal, in the same store as those of Stripe's events.

Each problem has a name; while it lasts it is one alert, which resolves by itself when it is over. What
happened at a moment (forged webhooks, a rule that Stripe disagreed with) is counted, by the hour.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.alerts.alert import Facts, Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.durations import HOUR

TYPE = "portalbot.own_trouble"
FAMILY = "own:"

SEVERITIES: Mapping[str, Severity] = {
    "configuration_missing": Severity.PAGE,
    "configuration_inactive": Severity.PAGE,
    "login_page_off": Severity.NOTIFY,
    "permissions_missing": Severity.PAGE,
    "slack_scopes_missing": Severity.NOTIFY,
    "user_group_unreadable": Severity.NOTIFY,
    "events_behind": Severity.PAGE,
    "events_missed": Severity.NOTIFY,
    "webhooks_forged": Severity.NOTIFY,
    "mails_in_trouble": Severity.NOTIFY,
    "rules_disagree": Severity.NOTIFY,
    "work_failing": Severity.PAGE,
}
"""Every trouble there is. Names are those of rules too: each can be muted."""


@dataclass(frozen=True, slots=True)
class HealthProblem:
    """Something that is wrong now; `about` tells several of one name apart."""

    name: str
    facts: Facts = field(default_factory=dict)
    about: str = ""

    @property
    def group_key(self) -> str:
        """Return the group of its alert."""
        return f"{FAMILY}{self.name}:{self.about}"


class HealthAlerts:
    """Raises and resolves them. Every method raises Unavailable("database_unavailable")."""

    def __init__(
        self, alerts: Alerts, channel: str | None, clock: Callable[[], int], *, livemode: bool
    ) -> None:
        """`channel` is where they go; `clock` gives Unix seconds."""
        self._alerts = alerts
        self._channel = channel
        self._clock = clock
        self._livemode = livemode

    async def happened(self, trouble: HealthProblem) -> None:
        """Count that something went wrong at this moment, at most once an hour."""
        now = self._clock()
        await self._alerts.raise_or_count(self._occurrence(trouble, f"{now // HOUR}", now), now)

    async def over(self, trouble: HealthProblem) -> None:
        """Resolve the alert of a problem that is over; nothing when there is none."""
        alert = await self._alerts.unresolved_of(trouble.group_key)
        if alert is not None:
            await self._alerts.resolve(alert.id, None, self._clock())

    async def lasting(self, looked_at: frozenset[str], found: tuple[HealthProblem, ...]) -> None:
        """Raise what is wrong now, of the names that were looked at, and resolve the rest."""
        now = self._clock()
        open_alerts = {
            alert.group_key: alert
            for alert in await self._alerts.unresolved(1000)
            if alert.group_key.startswith(FAMILY)
        }
        muted = {mute.rule for mute in await self._alerts.mutes(now)}
        for trouble in found:
            if trouble.group_key not in open_alerts and trouble.name not in muted:
                await self._alerts.raise_or_count(self._occurrence(trouble, f"since {now}", now), now)
        present = {trouble.group_key for trouble in found}
        for key, alert in open_alerts.items():
            if alert.rule in looked_at and key not in present:
                await self._alerts.resolve(alert.id, None, now)

    def _occurrence(self, trouble: HealthProblem, when: str, now: int) -> Occurrence:
        return Occurrence(
            key=f"{trouble.group_key}:{when}",
            type=TYPE,
            at=now,
            rule=trouble.name,
            severity=SEVERITIES[trouble.name],
            group_key=trouble.group_key,
            template=trouble.name,
            livemode=self._livemode,
            channel=self._channel,
            facts=trouble.facts,
        )
