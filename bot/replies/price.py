"""What a price is called and what it costs. Names come first; where none is known, the amount has to do."""

from decimal import Decimal, InvalidOperation

from bot.portal.models import Price
from bot.words import Words

MOST_DIGITS = 12
"""Before and behind the point: as many as Stripe allows."""
_MOST = 10**12
"""A larger quantity is no quantity, but something that was typed."""


def price_name(words: Words, price: Price | None, currency: str | None = None) -> str:
    """A price as people know it, e.g. `Starter, $10.00 a month`; what it costs where the name is not known.

    `currency` is the subscription's, for a price that has several.
    """
    return words.sentence("plans", "price", _facts(words, price, currency), part="listed")


def price_in_sentence(words: Words, price: Price | None) -> str:
    """The same in the middle of a sentence, e.g. `Starter at $10.00 a month`."""
    return words.sentence("plans", "price", _facts(words, price, None), part="sentence")


def price_cost(words: Words, price: Price) -> str:
    """What a price costs, e.g. `$20.00 a month`."""
    return str(_facts(words, price, None)["cost"])


def terms(words: Words, price: Price | None, quantity: int | None, currency: str | None = None) -> str:
    """What somebody has and pays for it, e.g. `Team, 5 seats, $125.00 a month`."""
    facts = _facts(words, price, currency, quantity)
    return words.sentence("plans", "terms", facts | {"quantity": _quantity(words, price, quantity)})


def changed_terms(
    words: Words,
    before: tuple[Price | None, int | None],
    after: tuple[Price | None, int | None],
    currency: str | None = None,
) -> str:
    """From what to what, e.g. `Team, 5 to 25 seats, $125.00 to $625.00 a month`.

    Each side is a price and its quantity; what stays the same is said once.
    """
    old, new = _facts(words, before[0], currency, before[1]), _facts(words, after[0], currency, after[1])
    same_rhythm = old["is_amount"] and new["is_amount"] and old["interval"] == new["interval"]
    costs = (old["amount"] if same_rhythm else old["cost"], new["cost"])
    facts = {
        "name": _from_to(words, old["name"], new["name"]),
        "quantity": _changed_quantity(words, after[0] or before[0], before[1], after[1]),
        "cost": new["cost"] if old["cost"] == new["cost"] else _from_to(words, *costs),
    }
    return words.sentence("plans", "terms", facts)


def _from_to(words: Words, old: object, new: object) -> object:
    if old == new or not old:
        return new
    return words.sentence("plans", "from_to", {"old": old, "new": new}) if new else old


def _changed_quantity(words: Words, price: Price | None, old: int | None, new: int | None) -> str:
    if old is None or new is None or old == new:
        return _quantity(words, price, new if new is not None else old)
    facts = {"unit": price.unit_label if price else None, "old": old, "number": new}
    return words.sentence("plans", "quantity", facts)


def _quantity(words: Words, price: Price | None, number: int | None) -> str:
    """`5 seats`, or `quantity 5` where the product has no word for one; empty for a single one."""
    if number is None or number == 1:
        return ""
    facts = {"unit": price.unit_label if price else None, "old": None, "number": number}
    return words.sentence("plans", "quantity", facts)


def _facts(
    words: Words, price: Price | None, currency: str | None, quantity: int | None = None
) -> dict[str, object]:
    """The name, what `quantity` of it costs, and whether that is a plain amount."""
    if price is None:
        return {"name": None, "cost": "", "is_amount": False, "amount": "", "interval": ""}
    each = _exact(price)
    amount = words.writing.money(each, price.currency)
    kind = _kind(price, currency, amount)
    counted = 1 if quantity is None else quantity
    if kind == "amount" and each is not None and not price.has_transform_quantity and counted < _MOST:
        amount = words.writing.money(each * counted, price.currency)
    rhythm = {"interval": price.interval, "count": price.interval_count or 1}
    facts: dict[str, object] = {
        "amount": amount,
        "currency": currency,
        "divide_by": price.transform_divide_by,
        "interval": words.sentence("plans", "interval", rhythm) if price.interval else "",
        "rhythm": words.sentence("plans", "rhythm", rhythm) if price.interval else "",
    }
    return facts | {
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
