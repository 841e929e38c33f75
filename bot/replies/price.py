"""What a price is called and what it costs. Names come first; where none is known, the amount has to do."""

from decimal import Decimal, InvalidOperation

from bot.portal.models import Price
from bot.portal.money import money
from bot.words import Words

MOST_DIGITS = 12
"""Before and behind the point: as many as Stripe allows."""


def price_name(words: Words, price: Price | None, currency: str | None = None) -> str:
    """A price as people know it, e.g. `Starter, $10.00 per month`; what it costs where the name is not known.

    `currency` is the subscription's, for a price that has several.
    """
    return words.sentence("plans", "price", _facts(words, price, currency), part="listed")


def price_in_sentence(words: Words, price: Price | None) -> str:
    """The same in the middle of a sentence, e.g. `Starter at $10.00 per month`."""
    return words.sentence("plans", "price", _facts(words, price, None), part="sentence")


def price_cost(words: Words, price: Price) -> str:
    """What a price costs, e.g. `$20.00 per month`."""
    return str(_facts(words, price, None)["cost"])


def _facts(words: Words, price: Price | None, currency: str | None) -> dict[str, object]:
    """The name, what it costs, and whether that is a plain amount."""
    if price is None:
        return {"name": None, "cost": "", "is_amount": False}
    amount = money(_exact(price), price.currency)
    kind = _kind(price, currency, amount)
    interval = {"interval": price.interval, "count": price.interval_count or 1}
    facts = {
        "amount": amount,
        "currency": currency,
        "divide_by": price.transform_divide_by,
        "interval": words.sentence("plans", "interval", interval) if price.interval else "",
    }
    return {
        "name": price.product_name or price.nickname,
        "cost": words.sentence("plans", kind, facts),
        "is_amount": kind == "amount",
    }


def _kind(price: Price, currency: str | None, amount: str) -> str:
    """The key of the words for what a price costs."""
    if price.usage_type == "metered" or price.meter:
        return "usage"
    if price.billing_scheme == "tiered":
        return "tiers"
    if price.has_custom_unit_amount:
        return "chosen"
    if currency and price.currency and currency.lower() != price.currency.lower():
        return "other_currency"  # the amounts of a price's further currencies are not part of an answer
    if price.unit_amount == 0:
        return "free"
    return "amount" if amount else "unpriced"


def _exact(price: Price) -> int | Decimal | None:
    if price.unit_amount is not None or price.unit_amount_decimal is None:
        return price.unit_amount
    try:
        exact = Decimal(price.unit_amount_decimal)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and abs(exact.adjusted()) <= MOST_DIGITS else None
