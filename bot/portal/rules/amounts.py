"""What a price comes to. Integers are smallest currency units; None where it cannot be known offline."""

from decimal import Decimal, InvalidOperation
from typing import Final

from bot.portal.models import Price
from bot.portal.rules.facts import Facts

_LARGEST: Final = 10**15
"""No invoice is for more; a quantity that someone typed may be of any size."""

_DAYS: Final = {
    "day": Decimal(1),
    "week": Decimal(7),
    "month": Decimal("365.25") / 12,
    "year": Decimal("365.25"),
}


def unit_amount(price: Price) -> Decimal | None:
    """The amount of one unit, fractions included; None for tiered and customer-chosen prices."""
    if price.unit_amount is not None:
        return Decimal(price.unit_amount)
    if price.unit_amount_decimal is None:
        return None
    try:
        amount = Decimal(price.unit_amount_decimal)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def line_amount(price: Price | None, quantity: int | None) -> int | None:
    """What one period costs before discounts and tax; a missing quantity counts as one."""
    if price is None or price.unit_amount is None or price.has_transform_quantity:
        return None
    amount = price.unit_amount * (1 if quantity is None else quantity)
    return amount if abs(amount) < _LARGEST else None


def wanted_amount(facts: Facts) -> int | None:
    """What the first period after the asked change costs; None without a target or in another currency."""
    price = facts.wanted_price
    if price is None or price.currency != facts.currency:
        return None
    if facts.target.price is None and facts.target.quantity is None:
        return None
    return line_amount(price, facts.wanted_quantity)


def days(price: Price) -> Decimal | None:
    """Length of the billing interval in days, on average; None when it is not known."""
    length = _DAYS.get(price.interval or "")
    return length * (1 if price.interval_count is None else price.interval_count) if length else None


def per_day(price: Price, quantity: int | None) -> Decimal | None:
    """The line's amount spread over its interval, to compare a month with a year."""
    amount, length = unit_amount(price), days(price)
    if amount is None or not length:
        return None
    return amount * (1 if quantity is None else quantity) / length
