"""The seeded worlds: the same customers in test and live mode, each there to show one thing."""

from sandbox.stripe.seeds.builder import CONNECTED, PLATFORM, Builder, Story
from sandbox.stripe.seeds.catalogue import catalogue
from sandbox.stripe.seeds.configurations import configurations
from sandbox.stripe.seeds.crowd import crowd
from sandbox.stripe.seeds.hostile import hostile
from sandbox.stripe.seeds.payment_methods import payment_methods
from sandbox.stripe.seeds.people import people
from sandbox.stripe.seeds.plain import plain
from sandbox.stripe.seeds.shapes import business, shapes
from sandbox.stripe.seeds.states import states
from sandbox.stripe.world import World

__all__ = ["CONNECTED", "PLATFORM", "Story", "seed_connected", "seed_platform"]


def seed_platform(world: World, base_url: str) -> list[Story]:
    """Fill the merchant's own account."""
    b = Builder(world)
    _account(world, "Example Inc", "support@example.com")
    catalogue(b)
    configurations(b, base_url)
    for theme in (plain, people, shapes, states, payment_methods, hostile, crowd):
        theme(b)
    return b.stories


def seed_connected(world: World, base_url: str) -> list[Story]:
    """Fill the connected account: a customer and a subscription that the platform's own key does not see."""
    b = Builder(world)
    _account(world, "Cut & Curl", "hello@hairdresser.example")
    catalogue(b)
    configurations(b, base_url)
    b.plain("connected_customer", "Conny Connected", "conny@example.com", "Lives on a connected account.")
    return b.stories


def _account(world: World, name: str, support_email: str) -> None:
    account = world.add(
        "account",
        id=world.account,
        business_type="company",
        country="US",
        charges_enabled=True,
        default_currency="usd",
        email=support_email,
        type="standard",
    )
    account["business_profile"] = business(name, support_email)
