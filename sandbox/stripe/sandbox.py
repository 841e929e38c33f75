"""The stand-in for Stripe as one object: worlds, API, portal, webhooks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route

from sandbox.mailbox.mail import Mail
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.actions.happenings import HAPPENINGS
from sandbox.stripe.api import Api, Call
from sandbox.stripe.configurations import PortalConfigurations
from sandbox.stripe.events import Events
from sandbox.stripe.faults import Faults
from sandbox.stripe.portal import Portal
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
        self._stories: dict[bool, list[Story]] = {}
        configurations = PortalConfigurations(self.base_url, self.events)
        self.api = Api(self.world, self.sessions, configurations, self.faults, notify)
        self.portal = Portal(
            self.sessions,
            self.events,
            lambda livemode: self.live if livemode else self.test,
            deliver_mail,
            clock,
        )

    def _platform(self, livemode: bool) -> World:
        """Return a mode's world, seeded when it is first needed: most runs never look at live mode."""
        world = self._worlds.get((livemode, PLATFORM))
        if world is None:
            world = World(livemode=livemode, account=PLATFORM, clock=self.clock)
            world.twin = lambda: self._platform(not livemode)
            self._stories[livemode] = seed_platform(world, self.base_url)
            self._worlds[livemode, PLATFORM] = world
        return world

    def _connected(self, livemode: bool) -> World:
        world = self._worlds.get((livemode, CONNECTED))
        if world is None:
            world = World(livemode=livemode, account=CONNECTED, clock=self.clock)
            seed_connected(world, self.base_url)
            self._worlds[livemode, CONNECTED] = world
        return world

    @property
    def test(self) -> World:
        """The merchant's test mode."""
        return self._platform(False)

    @property
    def live(self) -> World:
        """The merchant's live mode."""
        return self._platform(True)

    def world(self, livemode: bool, account: str | None = None) -> World | None:
        """Return the world of a mode and account; None for an account that is not connected."""
        if account in {None, PLATFORM}:
            return self._platform(livemode)
        return self._connected(livemode) if account == CONNECTED else None

    @property
    def calls(self) -> list[Call]:
        """Every request so far."""
        return self.api.calls

    def stories(self, *, livemode: bool = False) -> Sequence[Story]:
        """Return the seeded customers of a mode; the demo page shows those of test mode."""
        self._platform(livemode)
        return tuple(self._stories[livemode])

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
        """Return the API and the customer's pages."""
        api = Route("/v1/{path:path}", self.api.endpoint, methods=["GET", "POST", "DELETE"])
        return [api, *self.portal.routes()]

    async def startup(self) -> None:
        """Start delivering webhooks."""
        await self.events.startup()

    async def shutdown(self) -> None:
        """Stop delivering webhooks."""
        await self.events.shutdown()
