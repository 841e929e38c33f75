"""`portalbot invoices`: exactly the promised keys, newest first."""

from collections.abc import Iterator

import pytest

from tests.stand.terminal import Shop, open_shop

KEYS = ["invoice", "number", "status", "created", "due", "total", "remaining", "currency", "hosted_url"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def test_json_lists_newest_first_with_exactly_the_promised_keys(shop: Shop) -> None:
    ran = shop.runs("invoices", "jenny@example.com", "--json")
    assert ran.code == 0
    newest, older = ran.json
    assert list(newest) == list(older) == KEYS
    assert newest["created"] > older["created"]
    assert (newest["status"], newest["total"], newest["remaining"]) == ("paid", 1_000, 0)
    assert (newest["currency"], newest["due"]) == ("usd", None)
    assert newest["invoice"].startswith("in_")
    assert newest["hosted_url"].startswith("https://invoice.stripe.com/")


def test_one_that_is_named_stands_first(shop: Shop) -> None:
    older = shop.runs("invoices", "jenny@example.com", "--json").json[1]
    for name in (older["number"], older["invoice"]):
        assert shop.runs("invoices", name, "--json").json[0]["invoice"] == older["invoice"]


def test_nobody_is_a_refusal_and_words_are_for_people(shop: Shop) -> None:
    refused = shop.runs("invoices", "nobody@example.com", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "no_customer_with_email")
    said = shop.runs("invoices", "jenny@example.com").out
    assert said.startswith("$10.00  paid  ")
    assert "`" not in said
    assert "<!date" not in said
