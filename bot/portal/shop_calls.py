"""Calls to Stripe about what is the merchant's own: products, tax, webhook endpoints, newest customers."""

from typing import Final

from bot.errors import Unavailable
from bot.portal.models import Customer, Price, Product
from bot.portal.search_language import quoted
from bot.portal.stripe_answers import TaxSettings, WebhookEndpoint
from bot.portal.stripe_calls import StripeCalls, path_segment

PAGE_SIZE: Final = 100
SEARCH_SIZE: Final = 20
SHORTEST_SEARCH: Final = 3
"""Letters that Stripe's search wants for a part of a text."""


class ShopCalls:
    """One method for each call. Raises Refused."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    async def tax_settings(self) -> TaxSettings:
        """Read whether Stripe Tax is set up, and its defaults."""
        return TaxSettings.of(await self._calls.get("tax_settings", "/v1/tax/settings"))

    async def webhook_endpoints(self) -> tuple[WebhookEndpoint, ...]:
        """Read where Stripe sends events; at most 100."""
        wanted = {"limit": PAGE_SIZE}
        return await self._calls.rows(WebhookEndpoint.of, "webhook_endpoint", "/v1/webhook_endpoints", wanted)

    async def newest_customers(self) -> tuple[Customer, ...]:
        """Read the newest customers with their current subscriptions; at most 100."""
        wanted = {"limit": PAGE_SIZE, "expand": ["data.subscriptions"]}
        return await self._calls.rows(Customer.of, "customer", "/v1/customers", wanted)

    async def recurring_prices(self) -> tuple[tuple[Price, ...], bool]:
        """Read the newest 100 active recurring prices with their products; are there more?"""
        wanted = {"active": True, "type": "recurring", "limit": PAGE_SIZE, "expand": ["data.product"]}
        return await self._calls.page(Price.of, "price", "/v1/prices", wanted)

    async def product(self, product: str) -> Product:
        """Read a product by its id. Raises NotFound."""
        return Product.of(await self._calls.get("product", f"/v1/products/{path_segment(product)}"))

    async def newest_products(self) -> tuple[Product, ...]:
        """Read the newest hundred, archived ones too. The search may not know them yet."""
        return await self._calls.rows(Product.of, "product", "/v1/products", {"limit": PAGE_SIZE})

    async def products_named(self, name: str) -> tuple[Product, ...]:
        """Search by a part of the name; nothing where there is no search, or for less than three letters."""
        if len(name) < SHORTEST_SEARCH:
            return ()
        wanted = {"query": f"name~{quoted(name)}", "limit": SEARCH_SIZE}
        try:
            return await self._calls.rows(Product.of, "product_search", "/v1/products/search", wanted)
        except Unavailable as refused:
            if refused.code != "search_not_available":
                raise
            return ()
