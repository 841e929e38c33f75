"""Events that never arrived are trouble of the bot's own: whoever relies on its alerts must hear of it.

The endpoint may be gone, slow, disabled, redirected or subscribed to too little; which of them it is only
Stripe's page of the endpoint shows.
"""

from collections import Counter
from collections.abc import Sequence

from bot.health.health_alerts import HealthAlerts, HealthProblem
from bot.store.events import StoredEvent

ON_ITS_WAY_SECONDS = 300
"""A younger event may still be delivered, or be tried again after a restart of ours."""
MOST_TYPES = 5


async def tell_missed_events(health: HealthAlerts, missed: Sequence[StoredEvent], now: int) -> None:
    """Raise the alert for what a catch-up found, or end it when there was nothing. Raises Unavailable."""
    lost = [event for event in missed if now - event.created > ON_ITS_WAY_SECONDS]
    if not lost:
        await health.resolve(HealthProblem("events_missed"))
        return
    types = Counter(event.type for event in lost).most_common(MOST_TYPES)
    facts = {
        "count": len(lost),
        "oldest": min(event.created for event in lost),
        "types": ", ".join(name for name, _ in types),
    }
    await health.report(HealthProblem("events_missed", facts))
