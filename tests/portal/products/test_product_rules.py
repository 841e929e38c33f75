"""What is found wrong with a product, and what the portal makes of its prices, case by case."""

from typing import Any

import pytest

from bot.portal.models import Configuration, Price, Product
from bot.portal.products.offer import price_offers
from bot.portal.products.product_sheet import ProductSheet
from bot.portal.products.rules import PRODUCT_RULES, product_findings
from bot.portal.rules import Severity, Status
from bot.portal.stripe_answers import TaxSettings
from bot.replies.finding import explanation
from bot.words import Words

WORDS = Words()
PRODUCT: dict[str, Any] = {
    "id": "prod_1",
    "name": "Team",
    "active": True,
    "description": "For teams.",
    "images": ["https://example.com/team.png"],
    "statement_descriptor": "EXAMPLE TEAM",
    "unit_label": "seat",
    "tax_code": "txcd_1",
}


def price(identifier: str, **different: Any) -> dict[str, Any]:
    interval = different.pop("interval", "month")
    usage = different.pop("usage_type", "licensed")
    return {
        "id": identifier,
        "product": PRODUCT,
        "active": True,
        "currency": "usd",
        "unit_amount": 1000,
        "type": "recurring",
        "billing_scheme": "per_unit",
        "tax_behavior": "exclusive",
        "recurring": {"interval": interval, "interval_count": 1, "usage_type": usage},
        **different,
    }


def configuration(*listed: str, quantity: bool = True, **different: Any) -> dict[str, Any]:
    entry = {"product": "prod_1", "prices": list(listed), "adjustable_quantity": {"enabled": quantity}}
    update = {"enabled": True, "default_allowed_updates": ["price", "quantity"], "products": [entry]}
    return {"id": "bpc_1", "active": True, "features": {"subscription_update": update}, **different}


def sheet(
    product: dict[str, Any] | None = None,
    prices: list[dict[str, Any]] | None = None,
    configurations: list[dict[str, Any]] | None = None,
    tax: bool | None = True,
) -> ProductSheet:
    given = [price("price_m"), price("price_y", interval="year")] if prices is None else prices
    lists = [configuration("price_m", "price_y")] if configurations is None else configurations
    return ProductSheet.of(
        Product.of({**PRODUCT, **(product or {})}),
        [Price.of(each) for each in given],
        [Configuration.of(each) for each in lists],
        None if tax is None else TaxSettings(tax, tax_code="txcd_9"),
    )


CASES: dict[str, tuple[ProductSheet, set[str]]] = {
    "all is well": (sheet(), set()),
    "archived": (sheet({"active": False}), {"PRODUCT_ARCHIVED"}),
    "no description": (sheet({"description": " "}), {"PRODUCT_NO_DESCRIPTION"}),
    "no image": (sheet({"images": []}), {"PRODUCT_NO_IMAGE"}),
    "an image of another type": (sheet({"images": ["https://x.test/a.gif?v=1.png"]}), {"PRODUCT_IMAGE_TYPE"}),
    "an image at Stripe": (sheet({"images": ["https://files.stripe.com/links/MDB8YWNj"]}), set()),
    "a picture in capitals": (sheet({"images": ["https://x.test/A.WEBP"]}), set()),
    "22 characters": (sheet({"statement_descriptor": "A" * 22}), set()),
    "23 characters": (sheet({"statement_descriptor": "A" * 23}), {"PRODUCT_DESCRIPTOR"}),
    "characters that banks drop": (sheet({"statement_descriptor": "TEAM <*>"}), {"PRODUCT_DESCRIPTOR"}),
    "letters beyond ASCII": (sheet({"statement_descriptor": "CAFÉ"}), {"PRODUCT_DESCRIPTOR"}),
    "digits alone": (sheet({"statement_descriptor": "2026"}), {"PRODUCT_DESCRIPTOR"}),
    "no descriptor is the account's": (sheet({"statement_descriptor": None}), set()),
    "seats without a name": (sheet({"unit_label": None}), {"PRODUCT_NO_UNIT_LABEL"}),
    "a fixed quantity needs no name": (
        sheet({"unit_label": None}, configurations=[configuration("price_m", quantity=False)]),
        set(),
    ),
    "packages without a name": (
        sheet(
            {"unit_label": None}, [price("price_m", transform_quantity={"divide_by": 10})], configurations=[]
        ),
        {"PRODUCT_NO_UNIT_LABEL"},
    ),
    "no tax code": (sheet({"tax_code": None}), {"PRODUCT_NO_TAX_CODE"}),
    "no tax code without Stripe Tax": (sheet({"tax_code": None}, tax=False), set()),
    "no tax code, and who knows": (sheet({"tax_code": None}, tax=None), set()),
    "tax unspecified": (
        sheet(prices=[price("price_m", tax_behavior="unspecified")]),
        {"PRICE_TAX_UNSPECIFIED"},
    ),
    "an archived price's tax is nobody's": (
        sheet(prices=[price("price_o", tax_behavior="unspecified", active=False)], configurations=[]),
        set(),
    ),
    "two of one interval": (sheet(prices=[price("price_a"), price("price_b")]), {"PRICE_SAME_INTERVAL"}),
    "two of one interval, in two currencies": (
        sheet(prices=[price("price_a"), price("price_b", currency="eur")]),
        set(),
    ),
    "metered": (sheet(prices=[price("price_u", usage_type="metered")]), {"PRICE_NOT_PER_UNIT"}),
    "tiered": (sheet(prices=[price("price_t", billing_scheme="tiered")]), {"PRICE_NOT_PER_UNIT"}),
    "archived and listed": (sheet(prices=[price("price_m", active=False)]), {"PRICE_ARCHIVED_LISTED"}),
    "listed by what is switched off": (
        sheet(
            prices=[price("price_m", active=False)], configurations=[configuration("price_m", active=False)]
        ),
        set(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_found(name: str) -> None:
    looked_at, expected = CASES[name]
    assert {finding.rule for finding in product_findings(looked_at)} == expected


def test_every_rule_fires_in_some_case() -> None:
    assert {rule for _, expected in CASES.values() for rule in expected} == {r.id for r in PRODUCT_RULES}


def test_two_of_one_interval_on_one_list_cannot_be_saved() -> None:
    found = product_findings(
        sheet(
            prices=[price("price_a"), price("price_b")], configurations=[configuration("price_a", "price_b")]
        )
    )
    assert [(each.rule, each.severity) for each in found] == [("PRICE_SAME_INTERVAL", Severity.BLOCK)]


FIRM = {Status.OBSERVED: "Stripe answers", Status.INFERRED: "probably"}


@pytest.mark.parametrize("name", CASES)
def test_findings_are_whole_sentences_as_firm_as_they_are_known(name: str) -> None:
    for finding in product_findings(CASES[name][0]):
        text, remedy = explanation(WORDS, finding)
        for said in (text, remedy):
            assert said.endswith("."), said
            assert not any(wrong in said for wrong in ("None", "  ", " .", " ,", "[]", "{")), said
        assert FIRM.get(finding.status, "") in text
        if finding.severity is Severity.MAYBE:
            assert " may " in text


OFFERS: dict[str, tuple[dict[str, Any], list[dict[str, Any]] | None, tuple[str, str | None]]] = {
    "listed": (price("price_m"), None, ("offered", None)),
    "not listed": (price("price_q", interval="week"), None, ("can be offered", None)),
    "its place is taken": (price("price_2"), None, ("can be offered", "taken")),
    "archived": (price("price_q", active=False), None, ("cannot be offered", "archived")),
    "archived and listed": (price("price_m", active=False), None, ("cannot be offered", "stale")),
    "metered": (price("price_u", usage_type="metered"), None, ("cannot be offered", "metered")),
    "tiered": (price("price_t", billing_scheme="tiered"), None, ("cannot be offered", "tiered")),
    "paid once": (price("price_1", type="one_time"), None, ("cannot be offered", "one_time")),
    "of a configuration that is off": (
        price("price_m"),
        [configuration("price_m", active=False)],
        ("can be offered", None),
    ),
    "with plan changes off": (
        price("price_m"),
        [
            configuration(
                "price_m",
                features={
                    "subscription_update": {
                        "enabled": False,
                        "products": [{"product": "prod_1", "prices": ["price_m"]}],
                    }
                },
            )
        ],
        ("offered", "updates_off"),
    ),
}


@pytest.mark.parametrize("name", OFFERS)
def test_what_the_portal_makes_of_a_price(name: str) -> None:
    asked, lists, expected = OFFERS[name]
    beside = [] if asked["id"] == "price_m" else [price("price_m")]
    offers = price_offers(sheet(prices=[asked, *beside], configurations=lists))
    (found,) = [each for each in offers if each.price.id == asked["id"]]
    assert (found.offer.value, found.reason) == expected
