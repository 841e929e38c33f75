"""`portalbot link` with a coupon or a code: what would take nothing off is said instead of a link."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stand.terminal import Shop, open_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def added(shop: Shop, kind: str, **fields: Any) -> None:
    """Put a coupon or a code into the sandbox."""
    shop.loop.call(lambda: shop.sandbox.stripe.test.add(kind, **fields))


SWITCH = ("switch", "noah@example.com", "qty:7")


@pytest.mark.parametrize(("arguments", "rule"), [
    ((*SWITCH, "promo:FIRSTBUY"), "DISCOUNT_FIRST_TIME"), ((*SWITCH, "promo:LARGE"), "DISCOUNT_MINIMUM"),
    ((*SWITCH, "promo:OVER"), "DISCOUNT_INVALID"), ((*SWITCH, "coupon:EXPIRED"), "DISCOUNT_INVALID"),
    ((*SWITCH, "coupon:EURO5"), "DISCOUNT_CURRENCY"), ((*SWITCH, "coupon:SUPPORT15"), "DISCOUNT_PRODUCTS"),
    (("switch", "noah@example.com", "coupon:EXPIRED"), "DISCOUNT_INVALID"),
    (("cancel", "jenny@example.com", "offer:EXPIRED"), "DISCOUNT_INVALID"),
    (("cancel", "jenny@example.com", "offer:EURO5"), "DISCOUNT_CURRENCY"),
    (("cancel", "jenny@example.com", "offer:SUPPORT15"), "DISCOUNT_PRODUCTS"),
])  # fmt: skip
def test_a_discount_that_would_not_count_is_said_before_the_link(
    shop: Shop, arguments: tuple[str, ...], rule: str
) -> None:
    before = len(shop.calls())
    ran = shop.runs("link", *arguments, "--json")
    assert ran.code == 1
    assert [each["rule"] for each in ran.json["error"]["findings"]] == [rule]
    assert "POST /v1/billing_portal/sessions" not in shop.calls()[before:]


@pytest.mark.parametrize("arguments", [
    (*SWITCH, "promo:WELCOME20"), (*SWITCH, "coupon:STAY30"), (*SWITCH, "coupon:ONCE10"),
    ("cancel", "jenny@example.com", "offer:STAY30"),
])  # fmt: skip
def test_a_discount_that_counts_costs_one_call_more(shop: Shop, arguments: tuple[str, ...]) -> None:
    before = len(shop.calls())
    assert shop.runs("link", *arguments, "--json").code == 0
    made = shop.calls()[before:]
    # The address is looked up in two ways at once, and the discount beside them.
    assert len(made) == 4
    assert made[-1] == "POST /v1/billing_portal/sessions"
    assert sum("coupons" in call or "promotion_codes" in call for call in made) == 1


def test_a_code_for_another_customer_is_said_to_be_his(shop: Shop) -> None:
    jenny = shop.customer("jenny")
    promotion = {"type": "coupon", "coupon": "STAY30"}
    added(
        shop,
        "promotion_code",
        id="promo_JENNY",
        code="JENNY",
        customer=jenny,
        active=True,
        promotion=promotion,
    )
    ran = shop.runs("link", *SWITCH, "promo:JENNY", "--json")
    (finding,) = ran.json["error"]["findings"]
    assert finding["rule"] == "DISCOUNT_CUSTOMER"
    assert finding["evidence"]["code_customer"] == jenny


@pytest.mark.parametrize(("option", "code"), [
    ("coupon:NOSUCH", "no_such_coupon"), ("promo:NOSUCH", "no_such_promotion_code"),
    ("promo:promo_NOSUCH", "no_such_promotion_code"),
])  # fmt: skip
def test_a_discount_that_does_not_exist_is_said(shop: Shop, option: str, code: str) -> None:
    assert shop.runs("link", *SWITCH, option, "--json").json["error"]["code"] == code


def test_an_unknown_customer_is_said_before_an_unknown_coupon(shop: Shop) -> None:
    ran = shop.runs("link", "cancel", "nobody@example.com", "offer:NOSUCH", "--json")
    assert ran.json["error"]["code"] == "no_customer_with_email"


def test_whether_a_discount_alone_may_be_confirmed_is_left_to_stripe(shop: Shop) -> None:
    before = len(shop.calls())
    ran = shop.runs("link", "switch", "noah@example.com", "coupon:STAY30", "--json")
    assert "POST /v1/billing_portal/sessions" in shop.calls()[before:]
    assert ran.json["error"]["code"] == "no_change"
    assert "there are no changes to confirm" in ran.json["error"]["message"]
