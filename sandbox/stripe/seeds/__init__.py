"""The seeded worlds: the same customers in test and live mode, each there to show one thing."""

from collections.abc import Callable, Mapping

from sandbox.stripe.seeds.accounts import (
    ACCOUNTS,
    FRESH,
    UNFINISHED,
    Addresses,
    complete_account,
    empty_account,
    feedback_options,
    payment_method_configuration,
    tax_settings,
    webhook_endpoint,
)
from sandbox.stripe.seeds.builder import CONNECTED, MANY, PLATFORM, Builder, Story
from sandbox.stripe.seeds.catalog import catalog
from sandbox.stripe.seeds.configurations import configurations
from sandbox.stripe.seeds.crowd import crowd
from sandbox.stripe.seeds.hostile import hostile
from sandbox.stripe.seeds.payment_methods import payment_methods
from sandbox.stripe.seeds.people import people
from sandbox.stripe.seeds.plain import plain
from sandbox.stripe.seeds.shapes import shapes
from sandbox.stripe.seeds.states import states
from sandbox.stripe.seeds.unfinished import unfinished
from sandbox.stripe.world import World

__all__ = ["ACCOUNTS", "CONNECTED", "MANY", "PLATFORM", "Addresses", "Story", "seed"]


def seed(world: World, addresses: Addresses, many: int) -> list[Story]:
    """Fill a world with what belongs to its account, and return the customers. Raises `KeyError`."""
    b = Builder(world, many)
    payment_method_configuration(b)
    SEEDS[world.account](b, addresses)
    return b.stories


def _platform(b: Builder, addresses: Addresses) -> None:
    complete_account(b, "Example Inc", "support@example.com")
    tax_settings(b, active=True)
    webhook_endpoint(b, addresses)
    feedback_options(b)
    catalog(b, addresses)
    configurations(b, addresses.base_url)
    for theme in (plain, people, shapes, states, payment_methods, hostile, crowd):
        theme(b)


def _connected(b: Builder, addresses: Addresses) -> None:
    """Seed a customer and a subscription that the platform's own key does not see."""
    complete_account(b, "Cut & Curl", "hello@hairdresser.example")
    tax_settings(b, active=True)
    catalog(b, addresses)
    configurations(b, addresses.base_url)
    b.plain("connected_customer", "Conny Connected", "conny@example.com", "Lives on a connected account.")


def _fresh(b: Builder, _addresses: Addresses) -> None:
    """Seed an account on its first day: no product, no customer, nothing saved."""
    empty_account(b)
    tax_settings(b, active=False)


SEEDS: Mapping[str, Callable[[Builder, Addresses], None]] = {
    PLATFORM: _platform,
    CONNECTED: _connected,
    FRESH: _fresh,
    UNFINISHED: unfinished,
}
