"""Every call the bot makes to Stripe while it looks things up and makes links, one method each.

Answers come back as models, refusals as `Refused`; nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Self

from bot.portal.expansions import customer_card, subscription_diagnosis
from bot.portal.models import Customer, Invoice, Subscription
from bot.portal.models.reading import entries, identifier, inner, mapping, text
from bot.portal.object_ids import Kind
from bot.portal.pace import Pace
from bot.portal.portal_calls import PortalCalls
from bot.portal.product_catalog import ProductCatalog
from bot.portal.recent_customers import RecentCustomers
from bot.portal.shop_calls import ShopCalls
from bot.portal.stripe_answers import Account, Page
from bot.portal.stripe_calls import (
    PAGE_SIZE,
    PATIENCE_SECONDS,
    SEARCH_SIZE,
    CountCall,
    StripeCalls,
    ignore_call,
    path_segment,
)
from bot.portal.stripe_http import MORE_TRIES, SECONDS_PER_TRY, PacedClient, make_stripe_client
from bot.portal.traces import SOURCES, Trace


def is_live_key(api_key: str) -> bool:
    """Whether the key's prefix says live mode."""
    return api_key.startswith(("sk_live_", "rk_live_"))


class StripeGateway:
    """Stripe, as far as the bot needs it. Owns the client's connections.

    Every answer passes through `catalog`, which learns and fills in what products are called. `recent` keeps
    for a minute whom the answers showed. `shop` has the calls about what the merchant sells, `portal` those
    about the portal itself. `pace` is its limit on calls.
    """

    def __init__(self, calls: StripeCalls, http_client: PacedClient, *, livemode: bool) -> None:
        self.livemode = livemode
        self.pace = http_client.pace
        self.catalog = ProductCatalog()
        self.recent = RecentCustomers()
        self.shop = ShopCalls(calls, self.catalog)
        self.portal = PortalCalls(calls)
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

    async def guest_checkouts(self, email: str) -> int:
        """How many checkouts gave this address without becoming a customer; counts the newest 20."""
        wanted = {"customer_details": {"email": email}, "limit": SEARCH_SIZE}
        found = await self._calls.rows(mapping, "checkout_session", "/v1/checkout/sessions", wanted)
        return sum(identifier(each.get("customer")) is None for each in found)

    async def newest_subscriptions(self, most: int) -> tuple[tuple[Subscription, Customer], ...]:
        """Read the newest subscriptions that have not ended, with who holds them; at most 100."""
        expand = [*customer_card("data.customer"), *subscription_diagnosis("data")]
        wanted = {"limit": most, "expand": expand}
        found = await self._calls.rows(mapping, "subscription", "/v1/subscriptions", wanted)
        return tuple((self._subscription(each), self._customer(each.get("customer"))) for each in found)

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
