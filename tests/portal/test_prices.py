import pytest

from bot.errors import BadUsage, NotFound
from bot.portal.models import Coupon, Price, PromotionCode
from bot.portal.prices import SeveralPrices, find_promotion_codes, fitting_code, read_named_prices
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.finding import assert_no_path_is_too_deep
from tests.portal.stripe_server import StripeServer

MONTHLY = Price.of(made.price())


async def find_price(gateway: StripeGateway, asked: str, *, current: Price | None = None) -> Price:
    return (await read_named_prices(gateway, asked)).fitting(current)


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
        await find_promotion_codes(gateway, asked)
    assert stripe_server.asked == []


async def test_a_promotion_codes_id_takes_one_call_with_its_coupon(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    coupon = {"id": "FALL", "valid": True, "applies_to": {"products": ["prod_1"]}}
    promotion = {"type": "coupon", "coupon": coupon}
    stripe_server.answer("/v1/promotion_codes/promo_1", {"id": "promo_1", "promotion": promotion})
    (code,) = await find_promotion_codes(gateway, " promo_1 ")
    assert code.coupon is not None
    assert code.coupon.object == Coupon("FALL", valid=True, products=("prod_1",))
    assert [each.expand for each in stripe_server.asked] == [
        ["promotion.coupon.applies_to", "promotion.coupon.currency_options"]
    ]


async def test_a_promotion_code_as_customers_type_it_takes_one_call(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    stripe_server.lists(
        "/v1/promotion_codes",
        {"id": "promo_all", "code": "FALL20", "active": True, "customer": None},
        {"id": "promo_other", "code": "FALL20", "active": True, "customer": "cus_2"},
        {"id": "promo_mine", "code": "FALL20", "active": True, "customer": "cus_1"},
    )
    codes = await find_promotion_codes(gateway, "FALL20")
    assert fitting_code(codes, "cus_1").id == "promo_mine"
    assert fitting_code(codes, "cus_3").id == "promo_all"
    assert [each.own for each in stripe_server.asked] == [{"code": "FALL20", "limit": "100"}]
    assert_no_path_is_too_deep(stripe_server)


@pytest.mark.parametrize(
    ("codes", "chosen"),
    [
        ([("promo_old", False, None, 1), ("promo_new", True, None, 2)], "promo_new"),
        ([("promo_old", False, None, 1), ("promo_newer", False, None, 2)], "promo_newer"),
        ([("promo_mine", False, "cus_1", 2), ("promo_other", True, "cus_2", 1)], "promo_other"),
        ([("promo_other", True, "cus_2", 2)], "promo_other"),
    ],
)
def test_of_several_codes_the_nearest_is_taken_so_that_its_limit_can_be_said(
    codes: list[tuple[str, bool, str | None, int]], chosen: str
) -> None:
    made = [
        PromotionCode(identifier, active=active, customer=customer, created=created)
        for identifier, active, customer, created in codes
    ]
    assert fitting_code(made, "cus_1").id == chosen


async def test_an_unknown_promotion_code_is_said(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    stripe_server.lists("/v1/promotion_codes")
    with pytest.raises(NotFound, match="no_such_promotion_code"):
        await find_promotion_codes(gateway, "FALL20")
