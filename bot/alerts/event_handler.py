"""Stored Stripe events get their effect: each in one transaction, by whichever process takes it.

The table of events is the queue. A process that dies in the middle leaves its transaction undone, so the
event is simply still unhandled; there is nothing to take over.
"""

from collections.abc import Callable, Sequence

from bot.alerts.alert import Outcome
from bot.alerts.rules import AlertRules
from bot.metrics import Metrics
from bot.store.alerts import Alerts

MOST_AT_ONCE = 200
"""Events handled before other work of the process gets its turn."""


class EventHandler:
    """Handles what is stored and not handled yet."""

    def __init__(self, alerts: Alerts, rules: AlertRules, metrics: Metrics, clock: Callable[[], int]) -> None:
        """`clock` gives Unix seconds."""
        self._alerts = alerts
        self._rules = rules
        self._metrics = metrics
        self._clock = clock

    async def handle_waiting(self) -> int:
        """Handle events, oldest first, until none waits; how many. Raises Unavailable."""
        count = 0
        while count < MOST_AT_ONCE:
            outcomes = await self._alerts.handle_next(self._rules.read, self._clock())
            if outcomes is None:
                break
            self._count(outcomes)
            count += 1
        return count

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            labels = {"rule": outcome.occurrence.rule, "effect": outcome.effect.value}
            self._metrics.alert_events.labels(**labels).inc()
