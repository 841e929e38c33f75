"""Every call the bot makes to Stripe while it looks things up and makes links, one method each.

Answers come back as models, refusals as `Refused`; nothing here decides anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Self

from bot.portal.expansions import customer_card, subscription_diagnosis
from bot.portal.models import (
    Configuration,
    Coupon,
    Customer,
    Invoice,
    Price,
    Product,
    PromotionCode,
    Subscription,
)
from bot.portal.models.reading import entries, identifier, inner, mapping, text
from bot.portal.object_ids import Kind
from bot.portal.pace import Pace
from bot.portal.product_catalog import ProductCatalog
from bot.portal.recent_customers import RecentCustomers
from bot.portal.shop_calls import ShopCalls
from bot.portal.stripe_answers import Account, Page
from bot.portal.stripe_calls import PATIENCE_SECONDS, CountCall, StripeCalls, ignore_call, path_segment
from bot.portal.stripe_http import MORE_TRIES, SECONDS_PER_TRY, PacedClient, make_stripe_client
from bot.portal.traces import SOURCES, Trace

__all__ = ["Account", "Page", "StripeGateway", "is_live_key"]

PAGE_SIZE: Final = 100
SEARCH_SIZE: Final = 20
PRICE_EXPANSIONS: Final = ("currency_options", "product")
COUPON_EXPANSIONS: Final = ("applies_to", "currency_options")


def is_live_key(api_key: str) -> bool:
    """Whether the key's prefix says live mode."""
    return api_key.startswith(("sk_live_", "rk_live_"))


class StripeGateway:
    """Stripe, as far as the bot needs it. Owns the client's connections.

    Every answer passes through `catalog`, which learns and fills in what products are called. `recent` keeps
    for a minute whom the answers showed. `shop` has the calls about the merchant's own things. `pace` is its
    limit on calls.
    """

    def __init__(self, calls: StripeCalls, http_client: PacedClient, *, livemode: bool) -> None:
        self.livemode = livemode
        self.pace = http_client.pace
        self.catalog = ProductCatalog()
        self.recent = RecentCustomers()
        self.shop = ShopCalls(calls)
        self._calls = calls
        self._http_client = http_client

    @classmethod
    def open(
        cls,
        api_key: str,
        *,
        api_base: str = "https://api.stripe.com",
        requests_per_second: float = 0,
        seconds_per_try: float = SECONDS_PER_TRY,
        more_tries: int = MORE_TRIES,
        patience: float = PATIENCE_SECONDS,
        count_call: CountCall = ignore_call,
    ) -> Self:
        """Build a gateway for a key; the connections open with the first call.

        `requests_per_second` 0 means no limit of our own. `more_tries` follow a broken connection or a 5xx
        of Stripe's. `patience` bounds each call in seconds, waits and
        retries included. `count_call` is told resource and outcome of every call.
        """
        http_client = PacedClient(Pace(requests_per_second), seconds_per_try=seconds_per_try)
        client = make_stripe_client(api_key, http_client, api_base=api_base, more_tries=more_tries)
        calls = StripeCalls(client, patience=patience, count_call=count_call)
        return cls(calls, http_client, livemode=is_live_key(api_key))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http_client.aclose()

    async def customer(self, customer: str, *, stripe_account: str | None = None) -> Customer:
        """Read a customer with current subscriptions and ways to pay; a deleted one comes back as such."""
        found = await self._calls.get(
            "customer",
            f"/v1/customers/{path_segment(customer)}",
            {"expand": customer_card()},
            stripe_account=stripe_account,
        )
        return self._customer(found, stripe_account)

    async def customers_by_email(self, email: str) -> tuple[Customer, ...]:
        """Customers with exactly this address, case included; at most 100."""
        wanted = {"email": email, "limit": PAGE_SIZE, "expand": customer_card("data")}
        return await self._calls.rows(self._customer, "customer", "/v1/customers", wanted)

    async def search_customers(self, query: str, *, most: int = SEARCH_SIZE) -> tuple[Customer, ...]:
        """Customers that match a search query; at most `most`. Lags behind changes by about a minute."""
        wanted = {"query": query, "limit": most, "expand": customer_card("data")}
        return await self._calls.rows(self._customer, "customer_search", "/v1/customers/search", wanted)

    async def search_invoices(self, query: str) -> tuple[Trace, ...]:
        """Invoices that match a search query, as traces to their customers; at most 20."""
        expand = [*customer_card("data.customer"), "data.parent.subscription_details.subscription"]
        wanted = {"query": query, "limit": SEARCH_SIZE, "expand": expand}
        read = partial(self._trace, Kind.INVOICE)
        return await self._calls.rows(read, "invoice_search", "/v1/invoices/search", wanted)

    async def trace(self, kind: Kind, identifier: str, *, stripe_account: str | None = None) -> Trace:
        """Read any other object that leads to a customer."""
        source = SOURCES[kind]
        parameters = {"expand": list(source.expand)} if source.expand else {}
        path = f"/v1/{source.path}/{path_segment(identifier)}"
        found = await self._calls.get(source.resource, path, parameters, stripe_account=stripe_account)
        return self._trace(kind, found, stripe_account)

    async def subscription(
        self, subscription: str, *, stripe_account: str | None = None
    ) -> tuple[Subscription, Trace]:
        """Read a subscription with everything the rules look at, and the trace to whoever holds it."""
        expand = [
            "customer.invoice_settings.default_payment_method",
            "customer.default_source",
            "customer.subscriptions",
            *subscription_diagnosis(),
        ]
        found = await self._calls.get(
            "subscription",
            f"/v1/subscriptions/{path_segment(subscription)}",
            {"expand": expand},
            stripe_account=stripe_account,
        )
        trace, read = self._trace(Kind.SUBSCRIPTION, found, stripe_account), self._subscription(found)
        return read if stripe_account else self.recent.keep_subscription(read), trace

    async def subscriptions(self, customer: str, *, after: str | None = None) -> Page:
        """Read 100 of a customer's subscriptions, ended ones too, beginning after the id `after`."""
        wanted = {
            "customer": customer,
            "status": "all",
            "limit": PAGE_SIZE,
            "expand": ["data.default_payment_method", "data.schedule", "data.latest_invoice"],
        }
        calls = self._calls
        return Page(*await calls.page(self._subscription, "subscription", "/v1/subscriptions", wanted, after))

    async def open_invoices(self, customer: str) -> tuple[Invoice, ...]:
        """Read a customer's open invoices, newest first; at most 20."""
        wanted = {"customer": customer, "status": "open", "limit": SEARCH_SIZE}
        return await self._calls.rows(Invoice.of, "invoice", "/v1/invoices", wanted)

    async def invoices(self, holder: str, *, most: int) -> tuple[tuple[Invoice, ...], bool]:
        """Read the newest invoices of a customer or a customer's account (`acct_…`); are there more?"""
        field = "customer_account" if holder.startswith("acct_") else "customer"
        wanted = {field: holder, "limit": most}
        return await self._calls.page(Invoice.of, "invoice", "/v1/invoices", wanted)

    async def price(self, price: str, *, stripe_account: str | None = None) -> Price:
        """Read a price (or a plan) with its product and currencies."""
        path, expand = f"/v1/prices/{path_segment(price)}", {"expand": list(PRICE_EXPANSIONS)}
        return self._price(await self._calls.get("price", path, expand, stripe_account=stripe_account))

    async def feedback_option(self, option: str, *, stripe_account: str | None = None) -> str | None:
        """Read the text of a reason for cancelling (`fo_…`) that a portal configuration offers."""
        path = f"/v1/billing/feedback_options/{path_segment(option)}"
        found = await self._calls.get("feedback_option", path, stripe_account=stripe_account)
        return text(found, "description")

    async def payment_page(self, invoice: str, *, stripe_account: str | None = None) -> str | None:
        """Read where an invoice can be paid; None while it is a draft."""
        path = f"/v1/invoices/{path_segment(invoice)}"
        found = await self._calls.get("invoice", path, stripe_account=stripe_account)
        return (
            text(found, "hosted_invoice_url") if text(found, "status") in {"open", "uncollectible"} else None
        )

    async def payment_error(self, invoice: str, *, stripe_account: str | None = None) -> Mapping[str, object]:
        """Read why the last payment of an invoice failed (`last_payment_error`); empty when none did."""
        path, expand = (
            f"/v1/invoices/{path_segment(invoice)}",
            {"expand": ["payments.data.payment.payment_intent"]},
        )
        found = await self._calls.get("invoice", path, expand, stripe_account=stripe_account)
        intents = (
            inner(inner(mapping(each), "payment"), "payment_intent")
            for each in entries(found.get("payments"))
        )
        errors = (inner(intent, "last_payment_error") for intent in intents)
        return next((error for error in errors if error), {})

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

    async def guest_checkouts(self, email: str) -> int:
        """How many checkouts gave this address without becoming a customer; counts the newest 20."""
        wanted = {"customer_details": {"email": email}, "limit": SEARCH_SIZE}
        found = await self._calls.rows(mapping, "checkout_session", "/v1/checkout/sessions", wanted)
        return sum(identifier(each.get("customer")) is None for each in found)

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

    async def configuration(self, configuration: str) -> Configuration:
        """Read a portal configuration with the products it lists."""
        found = await self._calls.get(
            "portal_configuration",
            f"/v1/billing_portal/configurations/{path_segment(configuration)}",
            {"expand": ["features.subscription_update.products"]},
        )
        return Configuration.of(found)

    async def default_configuration(self) -> Configuration | None:
        """Read the default configuration of the mode; None when it was never saved."""
        found = await self._configurations({"is_default": True, "limit": 1})
        return found[0] if found else None

    async def configurations(self) -> tuple[Configuration, ...]:
        """Every portal configuration of the mode, with the products they list; at most 100."""
        return await self._configurations({"limit": PAGE_SIZE})

    async def change_configuration(
        self, configuration: str, parameters: Mapping[str, object], *, idempotency_key: str
    ) -> Configuration:
        """Change settings of a portal configuration; returns it as Stripe has it then."""
        return await self._saved(f"/{path_segment(configuration)}", parameters, idempotency_key)

    async def create_configuration(
        self, parameters: Mapping[str, object], *, idempotency_key: str
    ) -> Configuration:
        """Make a portal configuration, which is never the default one."""
        return await self._saved("", parameters, idempotency_key)

    async def newest_subscriptions(self, most: int) -> tuple[tuple[Subscription, Customer], ...]:
        """Read the newest subscriptions that have not ended, with who holds them; at most 100."""
        expand = [*customer_card("data.customer"), *subscription_diagnosis("data")]
        wanted = {"limit": most, "expand": expand}
        found = await self._calls.rows(mapping, "subscription", "/v1/subscriptions", wanted)
        return tuple((self._subscription(each), self._customer(each.get("customer"))) for each in found)

    async def create_portal_session(
        self,
        parameters: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        stripe_account: str | None = None,
    ) -> Mapping[str, object]:
        """Create a session. The answer holds its URL: hand it to `PortalLink` and nothing else."""
        return await self._calls.post(
            "portal_session",
            "/v1/billing_portal/sessions",
            parameters,
            idempotency_key=idempotency_key,
            stripe_account=stripe_account,
        )

    async def events(
        self, *, since: int, after: str | None = None
    ) -> tuple[tuple[Mapping[str, Any], ...], bool]:
        """Read 100 events from Unix second `since` on, newest first, after the id `after`; are there more?"""
        wanted = {"created": {"gte": since}, "limit": PAGE_SIZE}
        return await self._calls.page(
            lambda event: dict(mapping(event)), "event", "/v1/events", wanted, after
        )

    async def probe(self, path: str) -> None:
        """Read one object of a list, to see whether the key may."""
        await self._calls.get("permission_check", path, {"limit": 1})

    async def account(self) -> Account:
        """Read the account of the key, for the merchant's name and support address."""
        return Account.of(await self._calls.get("account", "/v1/account"))

    def _customer(self, value: object, stripe_account: str | None = None) -> Customer:
        customer = self.catalog.named_customer(Customer.of(value))
        # A connected account's customer is nobody of ours.
        return customer if stripe_account else self.recent.keep(customer)

    def _subscription(self, value: object) -> Subscription:
        return self.catalog.named(Subscription.of(value))

    def _price(self, value: object) -> Price:
        return self.catalog.named_price(Price.of(value))

    def _trace(self, kind: Kind, value: object, stripe_account: str | None = None) -> Trace:
        trace = Trace.of(kind, value)
        customer = trace.customer and self.catalog.named_customer(trace.customer)
        if customer and not stripe_account:
            self.recent.keep(customer)
        return replace(
            trace,
            customer=customer,
            subscription=trace.subscription and self.catalog.named(trace.subscription),
        )

    async def _prices(self, parameters: Mapping[str, object]) -> tuple[Price, ...]:
        expand = [f"data.{path}" for path in PRICE_EXPANSIONS]
        wanted = {**parameters, "expand": expand}
        return await self._calls.rows(self._price, "price", "/v1/prices", wanted)

    async def _saved(self, path: str, parameters: Mapping[str, object], key: str) -> Configuration:
        saved = await self._calls.post(
            "portal_configuration",
            f"/v1/billing_portal/configurations{path}",
            {**parameters, "expand": ["features.subscription_update.products"]},
            idempotency_key=key,
        )
        return Configuration.of(saved)

    async def _configurations(self, parameters: Mapping[str, object]) -> tuple[Configuration, ...]:
        wanted = {**parameters, "expand": ["data.features.subscription_update.products"]}
        path = "/v1/billing_portal/configurations"
        return await self._calls.rows(Configuration.of, "portal_configuration", path, wanted)
