"""Coupons, and the promotion codes that customers type for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.portal.models.model import Id, Model, Moment, Source, at, made_by
from bot.portal.models.reading import MISSING, Missing, Reference, inner, mapping, text, texts, whole


def _percent(source: Source) -> float | None:
    percent = source.get("percent_off")
    return float(percent) if isinstance(percent, int | float) and not isinstance(percent, bool) else None


def _minimums(source: Source) -> Mapping[str, int]:
    restrictions = inner(source, "restrictions")
    options = inner(restrictions, "currency_options")
    amounts = {currency: whole(mapping(option), "minimum_amount") for currency, option in options.items()}
    amounts[text(restrictions, "minimum_amount_currency") or ""] = whole(restrictions, "minimum_amount")
    return {currency: amount for currency, amount in amounts.items() if currency and amount is not None}


def _products(source: Source) -> tuple[str, ...] | None:
    applies_to = source.get("applies_to")
    return texts(mapping(applies_to), "products") if isinstance(applies_to, Mapping) else None


@dataclass(frozen=True, slots=True)
class Coupon(Model):
    """What is taken off. `valid` is Stripe's word on whether it can still be applied to a customer.

    A coupon with `amount_off` (smallest unit) counts in `currency` and in `further_currencies` only.
    `products` None means all products; it is only known when `applies_to` was expanded.
    """

    id: str
    name: str | None = None
    valid: bool | Missing = MISSING
    duration: str | None = None
    amount_off: int | None = None
    percent_off: float | None = made_by(_percent)
    duration_in_months: int | None = None
    currency: str | None = None
    further_currencies: frozenset[str] = made_by(
        lambda source: frozenset(inner(source, "currency_options")), default=frozenset()
    )
    products: tuple[str, ...] | None = made_by(_products)
    redeem_by: Moment = None
    max_redemptions: int | None = None
    times_redeemed: int | None = None


@dataclass(frozen=True, slots=True)
class PromotionCode(Model):
    """A code customers type; `customer` is set when only one customer may use it.

    `first_time` limits it to customers who never bought before. `minimums` are the least amounts it counts
    from, in the smallest unit, by currency.
    """

    id: str
    code: str | None = None
    active: bool | Missing = MISSING
    created: Moment = None
    customer: Id = None
    coupon: Reference[Coupon] | None = None
    first_time: bool = at("restrictions.first_time_transaction", default=False)
    minimums: Mapping[str, int] = field(default_factory=dict, metadata={"make": _minimums})
    expires_at: Moment = None
    max_redemptions: int | None = None
    times_redeemed: int | None = None

    @classmethod
    def shaped(cls, source: Source) -> Source:
        """Read the coupon from where it stands since 2025-09, or stood before: on the code itself."""
        return {**source, "coupon": inner(source, "promotion").get("coupon") or source.get("coupon")}
