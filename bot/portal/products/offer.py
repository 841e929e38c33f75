"""Whether the portal offers a price, could, or cannot."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.portal.models import Configuration, Price
from bot.portal.products.product_sheet import ProductSheet


class Offer(StrEnum):
    """What the portal makes of a price; the values are those of `product --json`."""

    OFFERED = "offered"
    POSSIBLE = "can be offered"
    IMPOSSIBLE = "cannot be offered"


_INTERVALS: Final = ("day", "week", "month", "year")
UPDATES_OFF: Final = "updates_off"
TAKEN: Final = "taken"
STALE: Final = "stale"


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """A price, what the portal makes of it, and why.

    `reason` is None, or a key of `messages/offers.yaml`. `configurations` list the price; `instead` is the
    price that has its place in a list.
    """

    price: Price
    offer: Offer
    reason: str | None = None
    configurations: tuple[Configuration, ...] = ()
    instead: Price | None = None


def price_offers(sheet: ProductSheet) -> tuple[PriceOffer, ...]:
    """Judge every price of a product: those in the portal first, archived ones last."""
    offers = [_judge(sheet, price) for price in sheet.prices]
    return tuple(sorted(offers, key=_place))


def _place(offered: PriceOffer) -> tuple[int, bool, int, int]:
    price = offered.price
    interval = _INTERVALS.index(price.interval) if price.interval in _INTERVALS else len(_INTERVALS)
    rank = list(Offer).index(offered.offer)
    return rank, price.active is False, interval, price.interval_count or 1


def _judge(sheet: ProductSheet, price: Price) -> PriceOffer:
    listed = sheet.listed_in(price)
    kind = price.not_listable
    if kind is not None:
        return PriceOffer(price, Offer.IMPOSSIBLE, STALE if listed and kind == "archived" else kind, listed)
    if sheet.product.active is False:
        return PriceOffer(price, Offer.IMPOSSIBLE, "product_archived", listed)
    if listed:
        able = [each for each in listed if each.subscription_update.enabled is not False]
        return PriceOffer(price, Offer.OFFERED, None if able else UPDATES_OFF, tuple(able) or listed)
    offered = {name for each in sheet.listings for name in each.entry.prices}
    rivals = (each for each in sheet.sold() if each.id in offered and each.rhythm == price.rhythm)
    rival = next(rivals, None)
    return PriceOffer(price, Offer.POSSIBLE, TAKEN if rival else None, (), rival)
