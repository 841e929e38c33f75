"""What a price is called and what it costs, whatever shape Stripe sends it in."""

from typing import Any

import pytest

from bot.portal.models import Price
from bot.replies.price import changed_terms, price_in_sentence, price_name, terms
from bot.words import Words
from tests.portal import stripe_objects as made

WORDS = Words()
NAMED = {"id": "prod_1", "object": "product", "name": "Starter"}
TEAM = {"id": "prod_2", "object": "product", "name": "Team", "unit_label": "seat"}
TIERED: dict[str, Any] = {"unit_amount": None, "billing_scheme": "tiered"}


def price(**fields: Any) -> Price:
    recurring = fields.pop("recurring", {})
    source = made.price(
        **{"currency": "usd", "unit_amount": 1_000, "product": NAMED, "recurring": recurring or {}, **fields}
    )
    return Price.of(source if recurring is not None else {**source, "recurring": None})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Starter, $10.00 a month"),
        ({"recurring": {"interval_count": 3}}, "Starter, $10.00 every 3 months"),
        ({"unit_amount": 0}, "Starter, free"),
        ({"unit_amount": None, "unit_amount_decimal": "0.5"}, "Starter, $0.005 a month"),
        ({"unit_amount": None, "billing_scheme": "tiered"}, "Starter, priced in tiers, billed monthly"),
        ({"recurring": {"usage_type": "metered"}}, "Starter, by usage, billed monthly"),
        ({"custom_unit_amount": {"minimum": 500}}, "Starter, an amount of the customer's choice, monthly"),
        ({"transform_quantity": {"divide_by": 100}}, "Starter, $10.00 for each 100 a month"),
        ({"recurring": None, "type": "one_time"}, "Starter, $10.00"),
        ({"unit_amount": None, "unit_amount_decimal": "1e999999"}, "Starter, billed monthly"),
    ],
)
def test_a_price_says_what_it_costs(fields: dict[str, Any], said: str) -> None:
    assert price_name(WORDS, price(**fields)) == said


def test_an_unknown_name_leaves_amount_and_interval_and_never_a_lookup_key() -> None:
    assert price_name(WORDS, price(product="prod_1", lookup_key="starter_monthly")) == "$10.00 a month"


def test_an_amount_in_another_currency_than_the_subscriptions_is_not_said() -> None:
    assert price_name(WORDS, price(), "eur") == "Starter, in EUR, billed monthly"


def test_in_a_sentence_the_amount_follows_the_name_without_a_comma() -> None:
    assert price_in_sentence(WORDS, price()) == "Starter at $10.00 a month"
    assert price_in_sentence(WORDS, price(billing_scheme="tiered", unit_amount=None)) == "Starter"


@pytest.mark.parametrize(("fields", "quantity", "said"), [
    ({}, 1, "Starter, $10.00 a month"),
    ({}, None, "Starter, $10.00 a month"),
    ({}, 3, "Starter, quantity 3, $30.00 a month"),
    ({"product": TEAM}, 5, "Team, 5 seats, $50.00 a month"),
    ({"product": TEAM}, 0, "Team, 0 seats, $0.00 a month"),
    (TIERED, 5, "Starter, quantity 5, priced in tiers, billed monthly"),
    ({"transform_quantity": {"divide_by": 100}}, 500, "Starter, quantity 500, $10.00 for each 100 a month"),
    ({"product": "prod_1"}, 2, "quantity 2, $20.00 a month"),
    ({}, 10**15, "Starter, quantity 1000000000000000, $10.00 a month"),
])  # fmt: skip
def test_terms_say_what_all_of_it_costs(fields: dict[str, Any], quantity: int | None, said: str) -> None:
    assert terms(WORDS, price(**fields), quantity) == said


YEARLY: dict[str, Any] = {"unit_amount": 10_000, "recurring": {"interval": "year"}}


@pytest.mark.parametrize(("before", "after", "said"), [
    (({"product": TEAM}, 5), ({"product": TEAM}, 25), "Team, 5 to 25 seats, $50.00 to $250.00 a month"),
    (({}, 1), ({"product": TEAM, "unit_amount": 2_500}, 1), "Starter to Team, $10.00 to $25.00 a month"),
    (({}, 1), ({}, 3), "Starter, quantity 1 to 3, $10.00 to $30.00 a month"),
    (({}, 1), (YEARLY, 1), "Starter, $10.00 a month to $100.00 a year"),
    (({}, 1), ({}, 1), "Starter, $10.00 a month"),
    (({"unit_amount": 0}, 1), ({"product": TEAM}, 1), "Starter to Team, free to $10.00 a month"),
    (({"product": "prod_1"}, 1), ({"product": TEAM}, 1), "Team, $10.00 a month"),
])  # fmt: skip
def test_a_change_says_from_what_to_what_and_what_stays_once(
    before: tuple[dict[str, Any], int], after: tuple[dict[str, Any], int], said: str
) -> None:
    sides = [(price(**fields), quantity) for fields, quantity in (before, after)]
    assert changed_terms(WORDS, sides[0], sides[1]) == said
