"""Reads what the catalog does not know, a moment after somebody has asked and in nobody's way."""

import asyncio
from collections.abc import Sequence
from typing import Final

from bot.errors import NotFound, Refused
from bot.logs import get_log
from bot.portal.product_catalog import ProductCatalog
from bot.portal.stripe_access import StripeGateway
from bot.portal.stripe_calls import PAGE_SIZE

PAUSE_SECONDS: Final = 1.0
"""The agent who met the unknown name has the answer by then, and more unknown names have gathered."""
PAUSE_AFTER_REFUSAL: Final = 60.0
MOST_PAGES: Final = 5
MOST_PRICES: Final = 5
"""Read one by one, since Stripe lists no prices by their ids."""

TASK: Final = "read_products"

_log = get_log(__name__)


class ProductReader:
    """Keeps a catalog up to date. One read is under way at a time."""

    def __init__(
        self, gateway: StripeGateway, catalog: ProductCatalog, *, pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        self._gateway = gateway
        self._catalog = catalog
        self._pause_seconds = pause_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the newest 500 active prices with their products, and from then on what turns out unknown."""
        await self.warm()
        self._catalog.notify(self._read_soon)

    async def aclose(self) -> None:
        """End a read that is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def warm(self) -> None:
        """Read the newest 500 active prices with their products; what Stripe refuses stays unknown."""
        after: str | None = None
        try:
            for _ in range(MOST_PAGES):
                prices, has_more = await self._gateway.shop.active_prices(after=after)
                if not has_more or not prices:
                    return
                after = prices[-1].id
        except Refused as refused:
            _log.warning("products_not_read_at_start", code=refused.code)

    def _read_soon(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._read_later(), name=TASK)

    async def _read_later(self) -> None:
        await asyncio.sleep(self._pause_seconds)
        products, prices = self._catalog.take_unknown()
        try:
            for place in range(0, len(products), PAGE_SIZE):
                await self._read_products(products[place : place + PAGE_SIZE])
            for price in prices[:MOST_PRICES]:
                await self._read_price(price)
        except Refused as refused:
            _log.warning("products_not_read", code=refused.code)
            await asyncio.sleep(PAUSE_AFTER_REFUSAL)

    async def _read_products(self, identifiers: Sequence[str]) -> None:
        found = {product.id: product for product in await self._gateway.shop.products(identifiers)}
        for identifier in identifiers:
            self._catalog.learn(identifier, found.get(identifier))

    async def _read_price(self, price: str) -> None:
        try:
            await self._gateway.shop.price(price)  # which teaches the catalog, as every answer does
        except NotFound:
            self._catalog.learn(price, None)
