"""`portalbot product`: exactly the promised keys; several matches are a choice."""

from collections.abc import Iterator

import pytest

from tests.stand.terminal import Shop, open_shop

KEYS = [
    "product", "name", "description", "images", "statement_descriptor", "unit_label", "tax_code", "prices",
    "configurations", "findings",
]  # fmt: skip
OF_A_PRICE = [
    "price", "amount", "currency", "interval", "interval_count", "tax_behavior", "active", "portal", "why",
]  # fmt: skip
OF_A_FINDING = ["rule", "severity", "status", "evidence", "explanation", "remedy", "source"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def label(shop: Shop, name: str) -> str:
    return shop.loop.call(lambda: str(shop.sandbox.stripe.test.labels[name]))


def test_json_has_exactly_the_promised_keys(shop: Shop) -> None:
    ran = shop.runs("product", "Team", "--json")
    assert ran.code == 0
    found = ran.json
    assert list(found) == KEYS
    assert (found["name"], found["unit_label"]) == ("Team", "seat")
    assert found["product"] == label(shop, "prod.team")
    prices = {each["interval"]: each for each in found["prices"]}
    assert [list(each) for each in found["prices"]] == [OF_A_PRICE] * len(found["prices"])
    assert prices["month"]["portal"] == "offered"
    assert prices["month"]["price"] == label(shop, "price.team_monthly")
    assert set(found["configurations"]) >= {label(shop, "configuration.default")}
    assert all(list(each) == OF_A_FINDING for each in found["findings"])


@pytest.mark.parametrize("typed", ["team_monthly", "price.team_monthly", "prod.team", "TEAM"])
def test_id_price_lookup_key_and_name_lead_to_it(shop: Shop, typed: str) -> None:
    asked = label(shop, typed) if "." in typed else typed
    assert shop.runs("product", asked, "--json").json["name"] == "Team"


def test_a_bare_product_has_findings_and_why_its_price_cannot_be_offered(shop: Shop) -> None:
    found = shop.runs("product", label(shop, "prod.storage"), "--json").json
    assert {"PRODUCT_NO_DESCRIPTION", "PRODUCT_NO_IMAGE"} <= {each["rule"] for each in found["findings"]}
    assert all(each["explanation"] and each["remedy"] for each in found["findings"])
    (price,) = found["prices"]
    assert price["portal"] == "cannot be offered"
    assert price["why"]


def test_several_matches_are_a_choice(shop: Shop) -> None:
    ran = shop.runs("product", "a", "--json")
    error = ran.json["error"]
    assert (ran.code, error["code"]) == (1, "ambiguous")
    assert list(error["candidates"][0]) == ["product", "name", "created"]
    assert len(error["candidates"]) > 1


def test_no_product_is_a_refusal_and_words_are_for_people(shop: Shop) -> None:
    refused = shop.runs("product", "Nonesuch", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "no_such_product_name")
    assert shop.runs("product", "--json").code == 2
    said = shop.runs("product", "Team").out
    assert "On the bank statement: EXAMPLE TEAM" in said
    assert "per seat, plus tax. For teams:" in said
    assert "`" not in said
