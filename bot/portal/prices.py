"""`switch …`: the price somebody means, by id, lookup key or product; and promotion codes by their text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.errors import BadUsage, NotFound, Refused
from bot.portal.models import Price, PromotionCode
from bot.portal.stripe_access import StripeGateway

_PRICE_PREFIXES: Final = ("price_", "plan_")
LONGEST_NAME: Final = 255


class SeveralPrices(Refused):
    """A product has several prices that fit; the person picks one of `candidates`."""

    def __init__(self, candidates: Sequence[Price], *, product: str | None) -> None:
        super().__init__("several_prices", count=len(candidates), product=product)
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class NamedPrices:
    """What somebody's name for a price stands for: one price, or all active ones of a product."""

    prices: tuple[Price, ...]
    of_product: bool = False
    product: str | None = None

    def fitting(self, current: Price | None) -> Price:
        """Choose the price; of a product's that with the current one's interval and currency.

        Raises `NotFound`, `SeveralPrices`.
        """
        return _fitting(self.prices, self.product, current) if self.of_product else self.prices[0]


async def read_named_prices(gateway: StripeGateway, asked: str) -> NamedPrices:
    """Read what `price_…`, `plan_…`, `prod_…` or a lookup key stands for: one call.

    A name that is no lookup key is tried as the id of a plan (old accounts chose their own), which is a
    second call. Raises `BadUsage`, `NotFound`.
    """
    name = asked.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadUsage("price_not_understood", asked=name[:40])
    if name.startswith(_PRICE_PREFIXES):
        return NamedPrices((await gateway.shop.price(name),))
    if name.startswith("prod_"):
        prices = await gateway.shop.prices_of_product(name)
        return NamedPrices(prices, of_product=True, product=gateway.catalog.product_name(name))
    with_key = await gateway.shop.prices_by_lookup_key(name)
    if with_key:
        # Among active prices a lookup key is unique; archived ones keep theirs.
        return NamedPrices(tuple(sorted(with_key, key=lambda price: price.active is not True)))
    try:
        return NamedPrices((await gateway.shop.price(name),))
    except NotFound:
        raise NotFound("no_such_lookup_key", asked=name) from None


async def find_promotion_codes(gateway: StripeGateway, asked: str) -> tuple[PromotionCode, ...]:
    """Read the promotion code with the id `promo_…`, or those with the text customers type: one call.

    Raises `BadUsage`, `NotFound`.
    """
    name = asked.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadUsage("promotion_code_not_understood", asked=name[:40])
    if name.startswith("promo_"):
        return (await gateway.shop.promotion_code(name),)
    found = await gateway.shop.promotion_codes(name)
    if not found:
        raise NotFound("no_such_promotion_code", asked=name)
    return found


def fitting_code(codes: Sequence[PromotionCode], customer: str | None) -> PromotionCode:
    """Choose of several codes with one text the one that works for the customer, else the nearest to it.

    Active ones go first, then the customer's own, then those for everybody; of these the newest.
    """
    nearness = {customer: 0, None: 1}
    return min(
        codes,
        key=lambda code: (code.active is False, nearness.get(code.customer, 2), -(code.created or 0)),
    )


def _fitting(prices: Sequence[Price], product: str | None, current: Price | None) -> Price:
    """Choose among a product's prices; `product` is what it is called, where that is known."""
    if not prices:
        raise NotFound("product_without_prices", product=product)
    fitting = [price for price in prices if current is None or _same_rhythm(price, current)]
    if not fitting:
        interval = current.interval if current else None
        raise NotFound("product_without_fitting_price", product=product, interval=interval)
    if len(fitting) > 1:
        raise SeveralPrices(fitting, product=product)
    return fitting[0]


def _same_rhythm(price: Price, current: Price) -> bool:
    """Whether the customer would pay as often, in the same currency."""
    currencies = {price.currency, *(price.currency_options or ())}
    same_interval = (price.interval, price.interval_count) == (current.interval, current.interval_count)
    return same_interval and current.currency in currencies
