"""Creating portal sessions, and what the sandbox remembers about each."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError, invalid_request
from sandbox.stripe.parameters import Parameters, missing
from sandbox.stripe.refusals import check_flow
from sandbox.stripe.urls import check_url
from sandbox.stripe.world import World

UNUSED_SECONDS = 300
"""An unused session expires after five minutes."""
IDLE_SECONDS = 3_600
"""A used one an hour after the last activity."""

Origin = Literal["api", "login", "recovery"]
Record = Callable[[World, str, StripeObject], Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A portal session from the customer's side.

    `last_used` is None until the link is opened (Unix seconds). `outcome` names what a flow ended with.
    """

    token: str
    world: World
    session: StripeObject
    origin: Origin
    last_used: int | None = None
    outcome: str | None = None

    def expired(self, now: int) -> bool:
        """Return whether the link no longer opens."""
        if self.last_used is None:
            return now > int(self.session["created"]) + UNUSED_SECONDS
        return now > self.last_used + IDLE_SECONDS


class PortalSessions:
    """Creates sessions as `POST /v1/billing_portal/sessions` does and keeps their tokens."""

    def __init__(self, base_url: str, record: Record) -> None:
        self._base_url = base_url.rstrip("/")
        self._record = record
        self._visits: dict[str, Visit] = {}

    def create(self, world: World, params: Parameters) -> StripeObject:
        """Make a session.

        Raises `StripeError` for whatever the configuration and the subscription do not allow.
        """
        customer = _customer(world, params)
        configuration = configuration_of(world, params.get("configuration"))
        _check_urls(world, params)
        _check_account(world, params.get("on_behalf_of"))
        flow = check_flow(world, customer, configuration, params)
        return self.open(world, customer["id"], configuration["id"], flow=flow, params=params).session

    def open(
        self,
        world: World,
        customer_id: str,
        configuration_id: str,
        *,
        flow: StripeObject | None = None,
        params: Parameters | None = None,
        origin: Origin = "api",
    ) -> Visit:
        """Open a session without any check: the login page and recovery make their own."""
        asked = params or {}
        token = secrets.token_urlsafe(32)
        token = token if world.livemode else f"test_{token}"
        recovery = asked.get("after_expiration")
        session = world.add(
            "billing_portal.session",
            id=world.new_id("bps"),
            after_expiration=recovery and {"customer_login": {"expires_at": None}, **recovery},
            configuration=configuration_id,
            customer=customer_id,
            customer_account=asked.get("customer_account"),
            flow=flow,
            locale=asked.get("locale"),
            on_behalf_of=asked.get("on_behalf_of"),
            return_url=asked.get("return_url") or world.get(configuration_id)["default_return_url"],
            url=f"{self._base_url}/p/session/{token}",
        )
        visit = Visit(token, world, session, origin)
        self._visits[token] = visit
        self._record(world, "billing_portal.session.created", session)
        return visit

    def visit(self, token: str) -> Visit | None:
        """Return the session behind a link."""
        return self._visits.get(token)

    def touch(self, visit: Visit, now: int) -> Visit:
        """Start the hour again: the customer did something."""
        self._visits[visit.token] = replace(visit, last_used=now)
        return self._visits[visit.token]

    def finish(self, visit: Visit, outcome: str) -> None:
        """End the flow."""
        self._visits[visit.token] = replace(self._visits[visit.token], outcome=outcome)


def _customer(world: World, params: Parameters) -> StripeObject:
    if "customer" not in params:
        if "customer_account" not in params:
            raise missing("customer")
        owned = [
            one
            for one in world.every("customer")
            if one.get("customer_account") == params["customer_account"]
        ]
        if not owned:
            raise world.no_such("account", params["customer_account"], "customer_account")
        return owned[0]
    customer = world.require("customer", params["customer"], "customer")
    if customer.get("deleted"):
        raise world.no_such("customer", params["customer"], "customer")
    return customer


def configuration_of(world: World, configuration_id: str | None) -> StripeObject:
    """Return the configuration a session uses. Raises `StripeError` when there is none or it is inactive."""
    if configuration_id is None:
        for configuration in world.every("billing_portal.configuration"):
            if configuration["is_default"]:
                return configuration
        raise _no_default(world)
    configuration = world.require("billing_portal.configuration", configuration_id, "configuration")
    if not configuration["active"]:
        raise invalid_request(
            f"The configuration `{configuration_id}` is inactive. Only active configurations can be "
            "used to create "
            "a portal session.",
            param="configuration",
        )
    return configuration


def _no_default(world: World) -> StripeError:
    page = f"https://dashboard.stripe.com/{'' if world.livemode else 'test/'}settings/billing/portal"
    return invalid_request(
        f"No configuration provided and your {world.mode} mode default configuration has not been "
        "created. Provide a "
        f"configuration or create your default by saving your customer portal settings in {world.mode} "
        f"mode at {page}."
    )


def _check_urls(world: World, params: Parameters) -> None:
    completion = params.get("flow_data", {}).get("after_completion", {})
    check_url(world, params.get("return_url"), "return_url")
    check_url(
        world,
        completion.get("redirect", {}).get("return_url"),
        "flow_data[after_completion][redirect][return_url]",
    )


def _check_account(world: World, account_id: str | None) -> None:
    if account_id is not None:
        world.require("account", account_id, "on_behalf_of")
