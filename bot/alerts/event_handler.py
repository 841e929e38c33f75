"""Stored Stripe events get their effect: each in one transaction, by whichever process takes it.

The table of events is the queue. A process that dies in the middle leaves its transaction undone, so the
event is simply still unhandled; there is nothing to take over.
"""

from collections.abc import Sequence

from bot.alerts.alert import Occurrence, Outcome
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rules import AlertRules
from bot.durations import HOUR, Clock
from bot.errors import Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.store.events import StoredEvent

MOST_AT_ONCE = 50
"""Events handled before other work of the process gets its turn."""
URGENT_AT_ONCE = 40
"""Of these, as many can pass the others: however many pages there are, the others come on, too."""
ASIDE_SECONDS = HOUR
"""Before an event that met a mistake of ours is tried again; a restart tries it at once."""

_log = get_log(__name__)


class EventHandler:
    """Handles what is stored and not handled yet."""

    def __init__(self, alerts: Alerts, rules: AlertRules, metrics: Metrics, clock: Clock) -> None:
        self._alerts = alerts
        self._rules = rules
        self._metrics = metrics
        self._clock = clock
        self._aside: dict[str, int] = {}

    async def handle_waiting(self) -> int:
        """Handle events, urgent ones first, until none waits or other work's turn has come; how many.

        Raises Unavailable, and whatever a mistake of ours raises. The event that met the mistake keeps its
        place in the queue, where `events_behind` misses it, but holds up no other.
        """
        count = 0
        for kinds, most in ((self._rules.urgent, URGENT_AT_ONCE), ((), MOST_AT_ONCE)):
            while count < most:
                outcomes = await self._handle_next(kinds)
                if outcomes is None:
                    break
                self._count(outcomes)
                count += 1
        return count

    async def _handle_next(self, kinds: Sequence[str]) -> Sequence[Outcome] | None:
        now = self._clock()
        self._aside = {event: until for event, until in self._aside.items() if now < until}
        in_hand: str | None = None

        def read(event: StoredEvent) -> Sequence[Occurrence]:
            nonlocal in_hand
            in_hand = event.id
            return self._rules.read(event)

        try:
            outcomes = await self._alerts.handle_next(read, now, tuple(self._aside), kinds)
            in_hand = None
        except Unavailable:
            in_hand = None  # the database's fault, not the event's
            raise
        finally:
            if in_hand is not None:
                self._aside[in_hand] = now + ASIDE_SECONDS
        return outcomes

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            labels = {"rule": outcome.occurrence.rule, "effect": outcome.effect.value}
            self._metrics.alert_events.labels(**labels).inc()
            alert = outcome.alert.id if outcome.alert else None
            _log.info("event_handled", event_id=outcome.occurrence.key, alert=alert, **labels)
