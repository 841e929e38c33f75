"""The prices a portal configuration lists, kept beside the configurations and dropped with them.

A configuration names price ids only. Whether a switch to one of them works needs the price itself, so they
are read product by product: at most one call for each listed product, none while they are kept.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cachetools import TTLCache

from bot.errors import Refused
from bot.logs import get_log
from bot.portal.configurations import KEPT_SECONDS
from bot.portal.models import Configuration, Price
from bot.portal.stripe_access import StripeGateway

MOST_PRODUCTS: Final = 10
"""As many as Stripe lets a configuration list."""
MOST_KEPT: Final = 500
AT_ONCE: Final = 5

_log = get_log(__name__)


class ListedPrices:
    """Reads and keeps prices by product. With `kept_seconds` 0 nothing is kept."""

    def __init__(
        self,
        gateway: StripeGateway,
        *,
        kept_seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway = gateway
        self._kept: TTLCache[str, Mapping[str, Price]] = TTLCache(MOST_KEPT, kept_seconds, clock)
        self._drops = 0

    async def of(self, configuration: Configuration) -> Mapping[str, Price]:
        """Return the listed prices by id, archived ones too: at most ten calls, or none.

        A product that cannot be read leaves its prices out: they help to explain, and an answer without them
        is better than none. Prices beyond a product's newest hundred are left out as well.
        """
        listed = configuration.subscription_update.products or ()
        products = list(dict.fromkeys(entry.product for entry in listed if entry.product))[:MOST_PRODUCTS]
        limit = asyncio.Semaphore(AT_ONCE)

        async def read(product: str) -> Mapping[str, Price]:
            async with limit:
                return await self._read(product)

        known = await asyncio.gather(*(read(product) for product in products))
        return _chosen(configuration, known)

    def known(self, configuration: Configuration | None) -> Mapping[str, Price]:
        """Return those of the listed prices that are kept, without a call."""
        listed = configuration.subscription_update.products if configuration else None
        kept = (self._kept.get(entry.product) for entry in listed or ())
        return _chosen(configuration, [prices for prices in kept if prices]) if configuration else {}

    def drop(self) -> None:
        """Forget everything kept; called when Stripe says that a configuration, price or product changed."""
        self._kept.clear()
        self._drops += 1

    async def _read(self, product: str) -> Mapping[str, Price]:
        kept = self._kept.get(product)
        if kept is not None:
            return kept
        drops = self._drops
        try:
            found = await self._gateway.shop.every_price_of_product(product)
        except Refused as refused:
            _log.warning("listed_prices_not_read", product=product, code=refused.code)
            return {}
        prices = {price.id: price for price in found}
        if drops == self._drops:  # else something changed meanwhile, perhaps after Stripe had looked
            self._kept[product] = prices
        return prices


def _chosen(configuration: Configuration, known: Iterable[Mapping[str, Price]]) -> Mapping[str, Price]:
    """Only what the configuration lists: a product may have many more prices."""
    together = {name: price for prices in known for name, price in prices.items()}
    entries = configuration.subscription_update.products or ()
    return {name: together[name] for entry in entries for name in entry.prices if name in together}
