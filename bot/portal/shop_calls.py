"""Calls to Stripe about what is the merchant's own, and not one customer's.

Products, prices, coupons, promotion codes, reasons for canceling, tax, webhook endpoints, and the newest
customers.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.errors import Unavailable
from bot.portal.models import Coupon, Customer, Price, Product, PromotionCode
from bot.portal.models.reading import text
from bot.portal.product_catalog import ProductCatalog
from bot.portal.search_language import quoted
from bot.portal.stripe_answers import TaxSettings, WebhookEndpoint
from bot.portal.stripe_calls import PAGE_SIZE, SEARCH_SIZE, StripeCalls, path_segment

PRICE_EXPANSIONS: Final = ("currency_options", "product")
COUPON_EXPANSIONS: Final = ("applies_to", "currency_options")
SHORTEST_SEARCH: Final = 3
"""Letters that Stripe's search wants for a part of a text."""


class ShopCalls:
    """One method for each call. Raises Refused."""

    def __init__(self, calls: StripeCalls, catalog: ProductCatalog) -> None:
        self._calls = calls
        self._catalog = catalog

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

    async def price(self, price: str, *, stripe_account: str | None = None) -> Price:
        """Read a price (or a plan) with its product and currencies."""
        path, expand = f"/v1/prices/{path_segment(price)}", {"expand": list(PRICE_EXPANSIONS)}
        return self._price(await self._calls.get("price", path, expand, stripe_account=stripe_account))

    async def feedback_option(self, option: str, *, stripe_account: str | None = None) -> str | None:
        """Read the text of a reason for cancelling (`fo_…`) that a portal configuration offers."""
        path = f"/v1/billing/feedback_options/{path_segment(option)}"
        found = await self._calls.get("feedback_option", path, stripe_account=stripe_account)
        return text(found, "description")

    async def prices_by_lookup_key(self, lookup_key: str) -> tuple[Price, ...]:
        """Prices with this lookup key."""
        return await self._prices({"lookup_keys": [lookup_key]})

    async def prices_of_product(self, product: str) -> tuple[Price, ...]:
        """The product's active prices; at most 100."""
        return await self._prices({"product": product, "active": True, "limit": PAGE_SIZE})

    async def every_price_of_product(self, product: str) -> tuple[Price, ...]:
        """The product's prices, archived ones too; at most 100."""
        return await self._prices({"product": product, "limit": PAGE_SIZE})

    async def active_prices(self, *, after: str | None = None) -> tuple[tuple[Price, ...], bool]:
        """Read 100 active prices of any product, newest first, after the id `after`; are there more?"""
        wanted = {"active": True, "limit": PAGE_SIZE, "expand": ["data.product"]}
        return await self._calls.page(self._price, "price", "/v1/prices", wanted, after)

    async def products(self, identifiers: Sequence[str]) -> tuple[Product, ...]:
        """Read products by their ids, at most 100; those that are gone are left out."""
        wanted = {"ids": list(identifiers), "limit": PAGE_SIZE}
        return await self._calls.rows(Product.of, "product", "/v1/products", wanted)

    async def coupon(self, coupon: str) -> Coupon:
        """Read a coupon with the products and currencies it is for."""
        found = await self._calls.get(
            "coupon", f"/v1/coupons/{path_segment(coupon)}", {"expand": list(COUPON_EXPANSIONS)}
        )
        return Coupon.of(found)

    async def coupons(self) -> tuple[Coupon, ...]:
        """Read the newest 100 coupons with the products and currencies they are for."""
        wanted = {"limit": PAGE_SIZE, "expand": [f"data.{path}" for path in COUPON_EXPANSIONS]}
        return await self._calls.rows(Coupon.of, "coupon", "/v1/coupons", wanted)

    async def promotion_code(self, promotion_code: str) -> PromotionCode:
        """Read a promotion code with its coupon."""
        found = await self._calls.get(
            "promotion_code",
            f"/v1/promotion_codes/{path_segment(promotion_code)}",
            {"expand": [f"promotion.coupon.{path}" for path in COUPON_EXPANSIONS]},
        )
        return PromotionCode.of(found)

    async def promotion_codes(self, code: str) -> tuple[PromotionCode, ...]:
        """Promotion codes with this text, newest first, with their coupons; at most 100.

        Several of them can be active only when they are for different customers.
        """
        expand = [f"data.promotion.coupon.{path}" for path in COUPON_EXPANSIONS]
        wanted = {"code": code, "limit": PAGE_SIZE, "expand": expand}
        return await self._calls.rows(PromotionCode.of, "promotion_code", "/v1/promotion_codes", wanted)

    def _price(self, value: object) -> Price:
        return self._catalog.named_price(Price.of(value))

    async def _prices(self, parameters: Mapping[str, object]) -> tuple[Price, ...]:
        expand = [f"data.{path}" for path in PRICE_EXPANSIONS]
        wanted = {**parameters, "expand": expand}
        return await self._calls.rows(self._price, "price", "/v1/prices", wanted)
