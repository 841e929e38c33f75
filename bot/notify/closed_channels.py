"""What is done about a channel that does not take messages from the bot: people hear of it another way.

An alert that waits for it is told directly to whoever is on call. An alert of the bot's own says what is
wrong, until a message gets through. What was meant for a rule's own channel goes to ALERT_CHANNEL.
"""

from dataclasses import dataclass, field

from bot.alerts.alert import UNPOSTED
from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.stuck import StuckMessages, note_key
from bot.durations import Clock
from bot.health.health_alerts import HealthAlerts, HealthProblem, closed_channel
from bot.logs import get_log

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class ClosedChannels:
    """Knows which channels refused the bot. Every method raises Unavailable("database_unavailable").

    `fallback` is ALERT_CHANNEL, where a rule's alerts go instead.
    """

    stuck: StuckMessages
    alerts: Alerts
    health: HealthAlerts
    on_call: OnCall
    fallback: str | None
    clock: Clock
    _closed: dict[str, str] = field(default_factory=dict)
    _unheard: set[str] = field(default_factory=set)

    async def refused(self, channel: str, error: str) -> bool:
        """Raise an alert about the channel; return whether what waits for it now goes elsewhere.

        `error` is Slack's error code. What waits for ALERT_CHANNEL itself is told directly by `tell`.
        """
        await self.health.report(closed_channel(channel, error, main=self.fallback))
        if self.fallback is not None and channel != self.fallback:
            await self.stuck.move(channel, self.fallback, self.clock())
            return True
        self._closed[channel] = error
        await self.tell()
        return False

    async def cannot_reach(self, person: str, error: str) -> None:
        """Raise an alert about a person who cannot get direct messages."""
        await self.health.report(
            HealthProblem("person_not_reached", {"person": person, "reason": error}, person)
        )

    async def works(self, channel: str) -> None:
        """Resolve the alert about the channel, whichever process raised it."""
        self._closed.pop(channel, None)
        self._unheard.discard(channel)
        await self.health.resolve(closed_channel(channel, "", main=self.fallback))

    async def tell(self) -> None:
        """Tell whoever is on call directly about each alert that waits for a closed channel."""
        now = self.clock()
        # Other senders close and open channels while this one waits for the database.
        for channel, error in list(self._closed.items()):
            waiting = await self.stuck.untold(channel)
            if not waiting:
                continue
            people = (await self.on_call.at(now)).duty.people
            if not people and channel not in self._unheard:  # said once, not at every turn
                self._unheard.add(channel)
                _log.error("alerts_reach_nobody", channel=channel, error=error)
            facts = {"channel": channel, "reason": error}
            for alert in waiting:
                for person in people:
                    await self.alerts.note(
                        note_key(alert, person), UNPOSTED, facts, now, alert_id=alert.id, channel=person
                    )
