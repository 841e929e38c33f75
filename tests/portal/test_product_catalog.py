"""Names of products are kept in the process, so that no answer waits for them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.portal.models import MISSING, Customer, Product, Subscription
from bot.portal.product_catalog import MOST_KEPT, ProductCatalog
from bot.portal.product_reader import TASK, ProductReader
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.stripe_server import StripeServer

STARTER = {"id": "prod_1", "object": "product", "name": "Starter"}
TEAM = {"id": "prod_2", "object": "product", "name": "Team"}
CUSTOMER = "/v1/customers/cus_1"


@pytest.fixture
async def reader(gateway: StripeGateway) -> AsyncIterator[ProductReader]:
    opened = ProductReader(gateway, gateway.catalog, pause_seconds=0)
    yield opened
    await opened.aclose()


def name(holder: Customer | Subscription) -> str | None:
    subscription = holder if isinstance(holder, Subscription) else (holder.subscriptions or ())[0]
    assert subscription.items is not MISSING
    assert subscription.items[0].price
    return subscription.items[0].price.product_name


async def read_to_the_end() -> None:
    """Wait for the read in the background, when there is one."""
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == TASK))


async def test_one_answer_that_holds_a_product_names_it_in_the_next(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.answer("/v1/prices/price_1", made.price(product=STARTER))
    stripe_server.answer(CUSTOMER, made.customer())
    stripe_server.lists("/v1/subscriptions", made.subscription())
    assert name(await gateway.customer("cus_1")) is None
    await gateway.shop.price("price_1")
    assert name(await gateway.customer("cus_1")) == "Starter"
    assert name((await gateway.subscriptions("cus_1")).subscriptions[0]) == "Starter"
    assert stripe_server.paths.count(f"GET {CUSTOMER}") == 2
    assert len(stripe_server.asked) == 4


async def test_at_the_start_the_active_prices_are_read_with_their_products(
    stripe_server: StripeServer, gateway: StripeGateway, reader: ProductReader
) -> None:
    stripe_server.lists("/v1/prices", made.price("price_1", product=STARTER), has_more=True)
    stripe_server.lists("/v1/prices", made.price("price_2", product=TEAM))
    await reader.start()
    assert [asked.own.get("starting_after") for asked in stripe_server.asked] == [None, "price_1"]
    assert gateway.catalog.product_name("prod_2") == "Team"


async def test_a_start_without_the_permission_stops_nothing(
    stripe_server: StripeServer, gateway: StripeGateway, reader: ProductReader
) -> None:
    stripe_server.refuse("/v1/prices", 403, "no")
    await reader.start()
    assert gateway.catalog.product_name("prod_1") is None


async def test_unknown_names_are_read_together_after_the_answer_and_not_before(
    stripe_server: StripeServer, gateway: StripeGateway, reader: ProductReader
) -> None:
    stripe_server.lists("/v1/prices")
    await reader.start()
    two = [made.subscription(), made.subscription("sub_2")]
    two[1]["items"]["data"][0]["price"]["product"] = "prod_2"
    stripe_server.answer(CUSTOMER, made.customer(subscriptions=two))
    stripe_server.lists("/v1/products", STARTER, TEAM)
    before = len(stripe_server.asked)
    assert name(await gateway.customer("cus_1")) is None
    assert len(stripe_server.asked) == before + 1
    await read_to_the_end()
    read = stripe_server.asked[before + 1]
    assert (read.path, sorted(read.own.values())) == ("/v1/products", ["100", "prod_1", "prod_2"])
    assert name(await gateway.customer("cus_1")) == "Starter"


async def test_what_is_gone_is_not_asked_for_again_and_again(
    stripe_server: StripeServer, gateway: StripeGateway, reader: ProductReader
) -> None:
    stripe_server.lists("/v1/prices")
    await reader.start()
    stripe_server.lists("/v1/products")
    asked = len(stripe_server.asked)
    for _ in range(3):
        assert gateway.catalog.product_name("prod_gone") is None
        await read_to_the_end()
    assert stripe_server.paths[asked:] == ["GET /v1/products"]


def test_what_stripe_says_has_changed_is_forgotten_and_asked_for() -> None:
    catalog = ProductCatalog()
    catalog.learn("prod_1", Product("prod_1", "Starter"))
    catalog.learn("prod_2", Product("prod_2", "Team"))
    catalog.forget("prod_1")
    assert catalog.take_unknown() == (["prod_1"], [])
    assert (catalog.product_name("prod_1"), catalog.product_name("prod_2")) == (None, "Team")
    catalog.forget(None)
    assert catalog.product_name("prod_2") is None


def test_an_old_name_is_said_and_read_again() -> None:
    now = 0.0
    catalog = ProductCatalog(kept_seconds=10, clock=lambda: now)
    catalog.learn("prod_1", Product("prod_1", "Starter"))
    assert catalog.product_name("prod_1") == "Starter"
    assert catalog.take_unknown() == ([], [])
    now = 11
    assert catalog.product_name("prod_1") == "Starter"
    assert catalog.take_unknown() == (["prod_1"], [])


def test_no_more_is_kept_than_fits() -> None:
    catalog = ProductCatalog()
    for number in range(MOST_KEPT + 1):
        catalog.learn(f"prod_{number}", Product(f"prod_{number}", "A name"))
    assert catalog.product_name("prod_0") is None
    assert catalog.product_name(f"prod_{MOST_KEPT}") == "A name"
