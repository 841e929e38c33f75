"""The prices a configuration lists: read by product, kept, dropped, and never in the way of an answer."""

import pytest

from bot.portal.listed_prices import MOST_PRODUCTS, ListedPrices
from bot.portal.models import Configuration, ListedProduct, Price, SubscriptionUpdate
from bot.portal.stripe_access import StripeGateway
from tests.portal.stripe_server import StripeServer

PRICES = "/v1/prices"


def configuration(*products: ListedProduct) -> Configuration:
    return Configuration("bpc_1", subscription_update=SubscriptionUpdate(enabled=True, products=products))


def price(identifier: str, *, active: bool = True) -> dict[str, object]:
    return {"object": "price", "id": identifier, "product": "prod_1", "active": active}


ONE = configuration(ListedProduct("prod_1", ("price_1", "price_2")))


async def test_listed_prices_are_read_archived_ones_too(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(PRICES, price("price_1"), price("price_2", active=False), price("price_3"))
    found = await ListedPrices(gateway).of(ONE)
    assert {name: each.active for name, each in found.items()} == {"price_1": True, "price_2": False}
    assert stripe_server.asked[0].own == {"product": "prod_1", "limit": "100"}


async def test_they_are_kept_until_they_are_too_old_or_dropped(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(PRICES, price("price_1"))
    now = [0.0]
    prices = ListedPrices(gateway, kept_seconds=60, clock=lambda: now[0])
    await prices.of(ONE)
    assert list(await prices.of(ONE)) == list(prices.known(ONE)) == ["price_1"]
    assert len(stripe_server.asked) == 1
    now[0] = 60
    assert prices.known(ONE) == {}
    await prices.of(ONE)
    prices.drop()
    await prices.of(ONE)
    assert len(stripe_server.asked) == 3


async def test_nothing_is_kept_for_the_command_line(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(PRICES, price("price_1"))
    prices = ListedPrices(gateway, kept_seconds=0)
    await prices.of(ONE)
    assert prices.known(ONE) == {}


async def test_never_more_than_ten_products_are_read(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(PRICES)
    many = configuration(*(ListedProduct(f"prod_{number}", ("price_1",)) for number in range(14)))
    await ListedPrices(gateway).of(many)
    assert len(stripe_server.asked) == MOST_PRODUCTS


async def test_a_product_that_cannot_be_read_is_left_out(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.refuse(PRICES, 403, "The key lacks 'rak_plan_read'")
    assert await ListedPrices(gateway).of(ONE) == {}


async def test_a_configuration_without_a_known_list_costs_nothing(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    prices = ListedPrices(gateway)
    assert await prices.of(Configuration("bpc_1")) == {}
    assert prices.known(None) == {}
    assert stripe_server.asked == []


async def test_what_was_being_read_while_it_changed_is_not_kept(
    stripe_server: StripeServer, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe_server.lists(PRICES, price("price_1"))
    prices, read = ListedPrices(gateway), gateway.shop.every_price_of_product

    async def read_and_changed(product: str) -> tuple[Price, ...]:
        found = await read(product)
        prices.drop()
        return found

    monkeypatch.setattr(gateway.shop, "every_price_of_product", read_and_changed)
    await prices.of(ONE)
    assert prices.known(ONE) == {}
