import pytest

from bot.errors import BadUsage, NotFound
from bot.portal.models import Price
from bot.portal.prices import SeveralPrices, find_price, find_promotion_code
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.stripe_server import StripeServer

MONTHLY = Price.of(made.price())


@pytest.mark.parametrize("asked", ["price_1", "plan_1"])
async def test_an_id_takes_one_call_with_product_and_currencies(
    stripe_server: StripeServer, gateway: StripeGateway, asked: str
) -> None:
    stripe_server.answer(f"/v1/prices/{asked}", made.price(asked))
    assert (await find_price(gateway, f" {asked} ")).id == asked
    assert [each.expand for each in stripe_server.asked] == [["currency_options", "product"]]


async def test_a_lookup_key_takes_one_call_and_prefers_the_active_price(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists("/v1/prices", made.price("price_old", active=False), made.price("price_new"))
    assert (await find_price(gateway, "gold")).id == "price_new"
    assert [each.own for each in stripe_server.asked] == [{"lookup_keys[0]": "gold"}]


async def test_a_name_that_is_no_lookup_key_may_be_an_old_plan(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists("/v1/prices")
    stripe_server.answer("/v1/prices/gold", made.price("gold"))
    assert (await find_price(gateway, "gold")).id == "gold"
    assert len(stripe_server.asked) == 2


async def test_an_unknown_name_is_said(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    stripe_server.lists("/v1/prices")
    stripe_server.refuse("/v1/prices/gold", 404, "No such price: 'gold'", code="resource_missing")
    with pytest.raises(NotFound) as raised:
        await find_price(gateway, "gold")
    assert (raised.value.code, raised.value.facts["asked"]) == ("no_such_lookup_key", "gold")


async def test_a_product_means_its_price_with_the_current_interval_and_currency(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(
        "/v1/prices",
        made.price("price_year", recurring={"interval": "year"}),
        made.price("price_quarter", recurring={"interval_count": 3}),
        made.price("price_dollar", currency="usd"),
        made.price("price_month", currency="usd", currency_options={"eur": {}, "usd": {}}),
    )
    assert (await find_price(gateway, "prod_1", current=MONTHLY)).id == "price_month"
    assert [each.own for each in stripe_server.asked] == [
        {"product": "prod_1", "active": "true", "limit": "100"}
    ]


async def test_several_prices_of_a_product_are_a_choice(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists("/v1/prices", made.price("price_1"), made.price("price_2"))
    with pytest.raises(SeveralPrices) as raised:
        await find_price(gateway, "prod_1", current=MONTHLY)
    assert [price.id for price in raised.value.candidates] == ["price_1", "price_2"]


@pytest.mark.parametrize(
    ("listed", "code"),
    [([], "product_without_prices"), ([made.price(currency="jpy")], "product_without_fitting_price")],
)
async def test_a_product_without_a_fitting_price_is_said(
    stripe_server: StripeServer, gateway: StripeGateway, listed: list[made.Json], code: str
) -> None:
    stripe_server.lists("/v1/prices", *listed)
    with pytest.raises(NotFound, match=code):
        await find_price(gateway, "prod_1", current=MONTHLY)


@pytest.mark.parametrize("asked", ["", "   ", "x" * 300])
async def test_nonsense_is_refused_without_a_call(
    stripe_server: StripeServer, gateway: StripeGateway, asked: str
) -> None:
    with pytest.raises(BadUsage):
        await find_price(gateway, asked)
    with pytest.raises(BadUsage):
        await find_promotion_code(gateway, asked)
    assert stripe_server.asked == []


async def test_a_promotion_codes_id_takes_no_call(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    assert await find_promotion_code(gateway, "promo_1") == "promo_1"
    assert stripe_server.asked == []


async def test_a_promotion_code_as_customers_type_it_takes_one_call(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(
        "/v1/promotion_codes",
        {"id": "promo_all", "code": "FALL20", "customer": None},
        {"id": "promo_other", "code": "FALL20", "customer": "cus_2"},
        {"id": "promo_mine", "code": "FALL20", "customer": "cus_1"},
    )
    assert await find_promotion_code(gateway, "FALL20", customer="cus_1") == "promo_mine"
    assert await find_promotion_code(gateway, "FALL20", customer="cus_3") == "promo_all"
    assert stripe_server.asked[0].own == {"code": "FALL20", "active": "true"}
    assert len(stripe_server.asked) == 2


async def test_an_unknown_promotion_code_is_said(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    stripe_server.lists("/v1/promotion_codes", {"id": "promo_other", "code": "FALL20", "customer": "cus_2"})
    with pytest.raises(NotFound, match="no_such_promotion_code"):
        await find_promotion_code(gateway, "FALL20", customer="cus_1")
