"""The stand-in for Stripe as one object: worlds, API, portal, webhooks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route

from sandbox.mailbox.mail import Mail
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.actions.dashboard import STEPS
from sandbox.stripe.actions.happenings import HAPPENINGS
from sandbox.stripe.api import Api, Call
from sandbox.stripe.configurations import PortalConfigurations
from sandbox.stripe.endpoints import ENDPOINT
from sandbox.stripe.events import Events
from sandbox.stripe.faults import Faults
from sandbox.stripe.keys import Key
from sandbox.stripe.portal import Portal
from sandbox.stripe.seeds import ACCOUNTS, CONNECTED, MANY, PLATFORM, Addresses, Story, seed
from sandbox.stripe.seeds.builder import Builder
from sandbox.stripe.sessions import PortalSessions
from sandbox.stripe.world import World

Notify = Callable[[str, dict[str, Any]], None]
DeliverMail = Callable[[Mail], Awaitable[None]]


class StripeSandbox:
    """Serves `/v1/*` and `/p/*`. `base_url` is where it is reached, `clock` gives Unix seconds.

    `account` is one of `ACCOUNTS`: whose a key is that does not name one. Left out, it is the example
    merchant's. `many` is how many subscriptions its customer with very many has.
    """

    def __init__(
        self,
        *,
        base_url: str,
        clock: Callable[[], int],
        deliver_mail: DeliverMail,
        webhook_url: str | None,
        webhook_secret: str,
        notify: Notify,
        account: str | None = None,
        many: int = MANY,
    ) -> None:
        self.account = PLATFORM if account is None else ACCOUNTS[account]
        self._many = many
        self._addresses = Addresses(base_url.rstrip("/"), webhook_url)
        self.base_url = base_url.rstrip("/")
        self.clock = clock
        self.deliver_mail = deliver_mail
        self.notify = notify
        self.faults = Faults()
        self.events = Events(clock, webhook_url, webhook_secret, notify)
        self.sessions = PortalSessions(self.base_url, self.events.record)
        self._worlds: dict[tuple[bool, str], World] = {}
        self._stories: dict[tuple[bool, str], list[Story]] = {}
        configurations = PortalConfigurations(self.base_url, self.events)
        self.api = Api(self._world_of_key, self.sessions, configurations, self.faults, notify)
        self.portal = Portal(
            self.sessions,
            self.events,
            self._own_worlds,
            deliver_mail,
            clock,
        )

    def _opened(self, livemode: bool, account: str) -> World:
        """Return a world, seeded when it is first needed: most runs never look at live mode."""
        world = self._worlds.get((livemode, account))
        if world is None:
            world = World(livemode=livemode, account=account, clock=self.clock)
            self._worlds[livemode, account] = world
            if account == CONNECTED:
                world.platform = self._opened(livemode, PLATFORM)
            else:
                world.twin = lambda: self._opened(not livemode, account)
            self._stories[livemode, account] = seed(world, self._addresses, self._many)
        return world

    def _world_of_key(self, key: Key, account: str | None) -> World | None:
        return self.world(key.livemode, account, own=key.account)

    def _own_worlds(self, livemode: bool) -> list[World]:
        """Return the worlds of that mode that were looked at, and the sandbox's own."""
        self._opened(livemode, self.account)
        return [world for world in self._worlds.values() if world.livemode == livemode]

    @property
    def test(self) -> World:
        """The merchant's test mode."""
        return self._opened(False, self.account)

    @property
    def live(self) -> World:
        """The merchant's live mode."""
        return self._opened(True, self.account)

    def world(self, livemode: bool, account: str | None = None, *, own: str | None = None) -> World | None:
        """Return the world of a mode and account; None for an account that is not connected to the own one.

        `own` is whose the key is, by its id.
        """
        mine = own or self.account
        if account in {None, mine}:
            return self._opened(livemode, mine)
        return self._opened(livemode, CONNECTED) if (mine, account) == (PLATFORM, CONNECTED) else None

    @property
    def calls(self) -> list[Call]:
        """Every request so far."""
        return self.api.calls

    def stories(self, *, livemode: bool = False) -> Sequence[Story]:
        """Return the seeded customers of a mode; the demo page shows those of test mode."""
        self._opened(livemode, self.account)
        return tuple(self._stories[livemode, self.account])

    def pictured(self) -> list[tuple[str, str]]:
        """Return id and name of the products on sale that have a picture, the cheapest first."""
        sold = [one for one in self.test.every("product") if one["active"] and one["images"]]
        cheapest = {
            one["product"]: one["unit_amount"]
            for one in sorted(self.test.every("price"), key=lambda price: -(price["unit_amount"] or 0))
        }
        return [
            (one["id"], one["name"]) for one in sorted(sold, key=lambda one: cheapest.get(one["id"]) or 0)
        ]

    def happen(self, kind: str, customer_id: str, *, livemode: bool = False) -> None:
        """Make something happen to a customer that is not her own doing.

        Raises `LookupError` for an unknown kind or customer, `CannotHappenError` when she lacks what it
        takes.
        """
        world = self.live if livemode else self.test
        HAPPENINGS[kind](Desk(world, self.events), world.get(customer_id))

    def happen_to_many(self, kind: str, times: int) -> int:
        """Make something happen to so many customers, some of them again when there are not as many.

        Returns to how many it happened; raises `LookupError` for an unknown kind.
        """
        happening, desk = HAPPENINGS[kind], Desk(self.test, self.events)
        able = [
            story.customer_id for story in self.stories() if self.test.subscriptions_of(story.customer_id)
        ]
        for number in range(times if able else 0):
            happening(desk, self.test.get(able[number % len(able)]))
        return times if able else 0

    def in_dashboard(self, step: str) -> None:
        """Do what the merchant does in the Dashboard. Raises `LookupError` for an unknown step."""
        builder = Builder(self.test)
        STEPS[step](Desk(self.test, self.events), builder, self._addresses)
        self._stories[False, self.account] += builder.stories

    def listen(self, *, listening: bool) -> None:
        """Disable the account's webhook endpoint, as Stripe does with a dead one, or enable it again."""
        endpoint = self.test.labelled(ENDPOINT)
        if endpoint is not None:
            endpoint["status"] = "enabled" if listening else "disabled"

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
