"""What a price is called and what it costs, whatever shape Stripe sends it in."""

from typing import Any

import pytest

from bot.portal.models import Price
from bot.replies.price import price_in_sentence, price_name
from bot.words import Words
from tests.portal import stripe_objects as made

WORDS = Words()
NAMED = {"id": "prod_1", "object": "product", "name": "Starter"}


def price(**fields: Any) -> Price:
    recurring = fields.pop("recurring", {})
    source = made.price(
        **{"currency": "usd", "unit_amount": 1_000, "product": NAMED, "recurring": recurring or {}, **fields}
    )
    return Price.of(source if recurring is not None else {**source, "recurring": None})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Starter, $10.00 per month"),
        ({"recurring": {"interval_count": 3}}, "Starter, $10.00 every 3 months"),
        ({"unit_amount": 0}, "Starter, free"),
        ({"unit_amount": None, "unit_amount_decimal": "0.5"}, "Starter, $0.005 per month"),
        ({"unit_amount": None, "billing_scheme": "tiered"}, "Starter, priced in tiers, per month"),
        ({"recurring": {"usage_type": "metered"}}, "Starter, by usage, billed per month"),
        ({"custom_unit_amount": {"minimum": 500}}, "Starter, an amount of the customer's choice per month"),
        ({"transform_quantity": {"divide_by": 100}}, "Starter, $10.00 for each 100 per month"),
        ({"recurring": None, "type": "one_time"}, "Starter, $10.00"),
        ({"unit_amount": None, "unit_amount_decimal": "1e999999"}, "Starter, billed per month"),
    ],
)
def test_a_price_says_what_it_costs(fields: dict[str, Any], said: str) -> None:
    assert price_name(WORDS, price(**fields)) == said


def test_an_unknown_name_leaves_amount_and_interval_and_never_a_lookup_key() -> None:
    assert price_name(WORDS, price(product="prod_1", lookup_key="starter_monthly")) == "$10.00 per month"


def test_an_amount_in_another_currency_than_the_subscriptions_is_not_said() -> None:
    assert price_name(WORDS, price(), "eur") == "Starter, in EUR per month"


def test_in_a_sentence_the_amount_follows_the_name_without_a_comma() -> None:
    assert price_in_sentence(WORDS, price()) == "Starter at $10.00 per month"
    assert price_in_sentence(WORDS, price(billing_scheme="tiered", unit_amount=None)) == "Starter"
