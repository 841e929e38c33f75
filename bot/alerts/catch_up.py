"""Closing gaps: events that Stripe has and that never arrived here, because something was down."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.alerts.read_events import stored_event
from bot.durations import HOUR, Clock
from bot.portal.stripe_access import StripeGateway
from bot.store.events import StoredEvent, StripeEvents

OVERLAP_SECONDS = 2 * HOUR
"""How far before the newest known event to look: one delivery may be lost while later ones arrive."""
MOST_PAGES = 100


@dataclass(eq=False, repr=False)
class CatchUp:
    """Lists what happened at Stripe and stores what is not there yet.

    Events of a type that `ignores` knows are left where they are: nobody needs them, and the endpoint
    need not be subscribed to them.
    """

    gateway: StripeGateway
    events: StripeEvents
    clock: Clock
    ignores: Callable[[str], bool]

    async def fetch(self, since: int | None = None) -> tuple[StoredEvent, ...]:
        """Store what was missed and return it; it is handled like any other event.

        Without `since` (Unix seconds) it looks back a little from the newest event; without any, nothing can
        have been missed. Raises Refused when Stripe or the database does not answer.
        """
        if since is None:
            newest = await self.events.newest_created(self.gateway.livemode)
            if newest is None:
                return ()
            since = newest - OVERLAP_SECONDS
        found: list[StoredEvent] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            page, has_more = await self.gateway.events(since=since, after=after)
            for payload in page:
                event = stored_event(payload, self.clock())
                if event is not None and self._is_wanted(event) and await self.events.add(event):
                    found.append(event)
            after = str(page[-1].get("id") or "") if page else None
            if not has_more or not after:
                break
        return tuple(found)

    def _is_wanted(self, event: StoredEvent) -> bool:
        return event.livemode is self.gateway.livemode and not self.ignores(event.type)
