"""Coupons, and the promotion codes that customers type for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from bot.portal.models.reading import (
    MISSING,
    Missing,
    Reference,
    flag,
    flag_or_missing,
    identifier,
    inner,
    mapping,
    moment,
    reference,
    text,
    texts,
    whole,
)


@dataclass(frozen=True, slots=True)
class Coupon:
    """What is taken off. `valid` is Stripe's word on whether it can still be applied to a customer.

    A coupon with `amount_off` (smallest unit) counts in `currency` and in `further_currencies` only.
    `products` None means all products; it is only known when `applies_to` was expanded.
    """

    id: str
    name: str | None = None
    valid: bool | Missing = MISSING
    duration: str | None = None
    amount_off: int | None = None
    percent_off: float | None = None
    duration_in_months: int | None = None
    currency: str | None = None
    further_currencies: frozenset[str] = frozenset()
    products: tuple[str, ...] | None = None
    redeem_by: int | None = None
    max_redemptions: int | None = None
    times_redeemed: int | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `coupon` object."""
        source = mapping(value)
        applies_to = source.get("applies_to")
        return cls(
            id=text(source, "id") or "",
            name=text(source, "name"),
            valid=flag_or_missing(source, "valid"),
            duration=text(source, "duration"),
            amount_off=whole(source, "amount_off"),
            percent_off=_percent(source),
            duration_in_months=whole(source, "duration_in_months"),
            currency=text(source, "currency"),
            further_currencies=frozenset(inner(source, "currency_options")),
            products=texts(mapping(applies_to), "products") if isinstance(applies_to, Mapping) else None,
            redeem_by=moment(source, "redeem_by"),
            max_redemptions=whole(source, "max_redemptions"),
            times_redeemed=whole(source, "times_redeemed"),
        )


@dataclass(frozen=True, slots=True)
class PromotionCode:
    """A code customers type; `customer` is set when only one customer may use it.

    `first_time` limits it to customers who never bought before. `minimums` are the least amounts it counts
    from, in the smallest unit, by currency.
    """

    id: str
    code: str | None = None
    active: bool | Missing = MISSING
    created: int | None = None
    customer: str | None = None
    coupon: Reference[Coupon] | None = None
    first_time: bool = False
    minimums: Mapping[str, int] = field(default_factory=dict)
    expires_at: int | None = None
    max_redemptions: int | None = None
    times_redeemed: int | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `promotion_code` object; before 2025-09 the coupon stood on the code itself."""
        source = mapping(value)
        restrictions = inner(source, "restrictions")
        coupon = inner(source, "promotion").get("coupon") or source.get("coupon")
        return cls(
            id=text(source, "id") or "",
            code=text(source, "code"),
            active=flag_or_missing(source, "active"),
            created=moment(source, "created"),
            customer=identifier(source.get("customer")),
            coupon=reference(coupon, Coupon.of),
            first_time=flag(restrictions, "first_time_transaction") is True,
            minimums=_minimums(restrictions),
            expires_at=moment(source, "expires_at"),
            max_redemptions=whole(source, "max_redemptions"),
            times_redeemed=whole(source, "times_redeemed"),
        )


def _percent(source: Mapping[str, object]) -> float | None:
    percent = source.get("percent_off")
    return float(percent) if isinstance(percent, int | float) and not isinstance(percent, bool) else None


def _minimums(restrictions: Mapping[str, object]) -> Mapping[str, int]:
    options = inner(restrictions, "currency_options")
    amounts = {currency: whole(mapping(option), "minimum_amount") for currency, option in options.items()}
    amounts[text(restrictions, "minimum_amount_currency") or ""] = whole(restrictions, "minimum_amount")
    return {currency: amount for currency, amount in amounts.items() if currency and amount is not None}
