"""The stand-in for Stripe as one object: worlds, API, portal, webhooks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route

from sandbox.mail import Mail
from sandbox.portal import Portal
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.actions.happenings import HAPPENINGS
from sandbox.stripe.api import Api, Call
from sandbox.stripe.events import Events
from sandbox.stripe.faults import Faults
from sandbox.stripe.seeds import CONNECTED, PLATFORM, Story, seed_connected, seed_platform
from sandbox.stripe.sessions import PortalSessions
from sandbox.stripe.world import World

Notify = Callable[[str, dict[str, Any]], None]
DeliverMail = Callable[[Mail], Awaitable[None]]


class StripeSandbox:
    """Serves `/v1/*` and `/p/*`. `base_url` is where it is reached, `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        base_url: str,
        clock: Callable[[], int],
        deliver_mail: DeliverMail,
        webhook_url: str | None,
        webhook_secret: str,
        notify: Notify,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.clock = clock
        self.deliver_mail = deliver_mail
        self.notify = notify
        self.faults = Faults()
        self.events = Events(clock, webhook_url, webhook_secret, notify)
        self.sessions = PortalSessions(self.base_url, self.events.record)
        self._worlds: dict[tuple[bool, str], World] = {}
        self._stories: list[Story] = []
        self._seed()
        self.api = Api(self.world, self.sessions, self.faults, notify)
        self.portal = Portal(
            self.sessions,
            self.events,
            lambda livemode: self.live if livemode else self.test,
            deliver_mail,
            clock,
        )

    def _seed(self) -> None:
        test = World(livemode=False, account=PLATFORM, clock=self.clock)
        live = World(livemode=True, account=PLATFORM, clock=self.clock)
        test.twin, live.twin = live, test
        for world in (test, live):
            stories = seed_platform(world, self.base_url)
            self._stories = self._stories or stories
            self._worlds[world.livemode, PLATFORM] = world
            connected = World(livemode=world.livemode, account=CONNECTED, clock=self.clock)
            seed_connected(connected, self.base_url)
            self._worlds[world.livemode, connected.account] = connected

    @property
    def test(self) -> World:
        """The merchant's test mode."""
        return self._worlds[False, PLATFORM]

    @property
    def live(self) -> World:
        """The merchant's live mode."""
        return self._worlds[True, PLATFORM]

    def world(self, livemode: bool, account: str | None = None) -> World | None:
        """The world of a mode and account; None for an account that is not connected."""
        return self._worlds.get((livemode, account or PLATFORM))

    @property
    def calls(self) -> list[Call]:
        """Every request so far."""
        return self.api.calls

    def stories(self) -> Sequence[Story]:
        """The seeded customers of test mode, for the demo page."""
        return tuple(self._stories)

    def happen(self, kind: str, customer_id: str, *, livemode: bool = False) -> None:
        """Make something happen to a customer that is not her own doing.

        Raises `LookupError` for an unknown kind or customer, `CannotHappenError` when she lacks what it
        takes.
        """
        world = self.live if livemode else self.test
        HAPPENINGS[kind](Desk(world, self.events), world.get(customer_id))

    def change(self, object_id: str, kind: str, *, livemode: bool = False, **fields: Any) -> None:
        """Set fields of any object and tell it as that event: `change(price_id, "price.updated",
        active=False)`.

        Raises `LookupError` for an unknown object.
        """
        world = self.live if livemode else self.test
        Desk(world, self.events).change(world.get(object_id), kind, lambda one: one.update(fields))

    def redeliver(self, event_id: str, *, times: int = 1) -> None:
        """Send an event to the webhook endpoint again. Raises `LookupError` when it is not known."""
        self.events.redeliver(event_id, times=times)

    def routes(self) -> list[BaseRoute]:
        """The API and the customer's pages."""
        api = Route("/v1/{path:path}", self.api.endpoint, methods=["GET", "POST", "DELETE"])
        return [api, *self.portal.routes()]

    async def startup(self) -> None:
        """Start delivering webhooks."""
        await self.events.startup()

    async def shutdown(self) -> None:
        """Stop delivering webhooks."""
        await self.events.shutdown()
