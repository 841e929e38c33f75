"""What products are called, kept in the process, so that no answer waits for a name.

A subscription names its products by id, and Stripe's expansions do not reach them from a customer. The
catalog learns from every answer that holds a product, and fills in what it knows; what it does not know is
noted, for `bot.portal.product_reader` to read later.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from bot.portal.models import (
    LIVE_SCHEDULE,
    MISSING,
    Customer,
    Item,
    Price,
    Product,
    Reference,
    Schedule,
    Subscription,
)

KEPT_SECONDS: Final = 600.0
"""A name that is older is still used, and read again: a webhook reaches one of several processes only."""
MOST_KEPT: Final = 5_000

T = TypeVar("T")


def _notify_nobody() -> None:
    """Leave what is unknown unknown."""


class ProductCatalog:
    """Products by id with name and unit, and prices by id. Makes no calls."""

    def __init__(
        self, *, kept_seconds: float = KEPT_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept_seconds = kept_seconds
        self._clock = clock
        self._products: OrderedDict[str, tuple[float, Product | None]] = OrderedDict()
        self._prices: OrderedDict[str, Price] = OrderedDict()
        self._unknown_products: set[str] = set()
        self._unknown_prices: set[str] = set()
        self._on_unknown: Callable[[], None] = _notify_nobody

    def notify(self, on_unknown: Callable[[], None]) -> None:
        """Have somebody told whenever something unknown was asked for; it must be quick and not raise."""
        self._on_unknown = on_unknown

    def learn(self, identifier: str, product: Product | None) -> None:
        """Keep a product; None says that there is no such product or price any more."""
        _put(self._products, identifier, (self._clock() + self._kept_seconds, product))

    def product(self, identifier: str) -> Product | None:
        """Return a product; None, and noted as unknown, when it was never read."""
        until, product = self._products.get(identifier, (0.0, None))
        if self._clock() >= until:
            self._note(self._unknown_products, identifier)
        return product

    def product_name(self, identifier: str) -> str | None:
        """Return what a product is called; None when that is not known."""
        product = self.product(identifier)
        return product.name if product else None

    def price(self, price: str) -> Price | None:
        """Return a price that was part of some answer, with its product's name where that is known."""
        known = self._prices.get(price)
        if known is not None:
            return self.named_price(known)
        if self._clock() >= self._products.get(price, (0.0, None))[0]:
            self._note(self._unknown_prices, price)
        return None

    def named_price(self, price: Price) -> Price:
        """Learn from a price and fill in its product's name."""
        if price.currency:
            _put(self._prices, price.id, price)
        else:  # an answer that named the price and nothing of it
            price = self._prices.get(price.id, price)
        if price.product is None:
            return price
        if price.product.object is not None:
            self.learn(price.product.id, price.product.object)
            return price
        product = self.product(price.product.id)
        return price if product is None else replace(price, product=Reference(price.product.id, product))

    def named(self, subscription: Subscription) -> Subscription:
        """Learn from a subscription's items and fill in the names of what it has and is going to have."""
        items = subscription.items
        return replace(
            subscription,
            items=MISSING if items is MISSING else tuple(map(self._named_item, items)),
            pending_update_items=tuple(map(self._named_item, subscription.pending_update_items)),
            schedule=subscription.schedule and self._named_schedule(subscription.schedule),
        )

    def named_customer(self, customer: Customer) -> Customer:
        """Do the same for every subscription of a customer."""
        if not customer.subscriptions:
            return customer
        return replace(customer, subscriptions=tuple(map(self.named, customer.subscriptions)))

    def forget(self, identifier: str | None) -> None:
        """Forget a product or a price that Stripe says has changed, everything when it is not said which."""
        if identifier is None:
            self._products.clear()
            self._prices.clear()
            return
        self._prices.pop(identifier, None)
        if self._products.pop(identifier, None) is not None:
            self._note(self._unknown_products, identifier)

    def take_unknown(self) -> tuple[list[str], list[str]]:
        """Return the ids of the products and of the prices that were asked for in vain, each time once."""
        unknown = sorted(self._unknown_products), sorted(self._unknown_prices)
        self._unknown_products.clear()
        self._unknown_prices.clear()
        return unknown

    def _named_schedule(self, attached: Reference[Schedule]) -> Reference[Schedule]:
        schedule = attached.object
        if schedule is None or schedule.phases is MISSING or schedule.status not in LIVE_SCHEDULE:
            return attached
        phases = tuple(
            replace(phase, known=tuple(price for price in map(self.price, phase.prices) if price))
            for phase in schedule.phases
        )
        return replace(attached, object=replace(schedule, phases=phases))

    def _named_item(self, item: Item) -> Item:
        return item if item.price is None else replace(item, price=self.named_price(item.price))

    def _note(self, unknown: set[str], identifier: str) -> None:
        if len(unknown) < MOST_KEPT:
            unknown.add(identifier)
        self._on_unknown()


def _put(kept: OrderedDict[str, T], key: str, value: T) -> None:
    """Keep a value, and drop the one that was kept the longest ago when there are too many."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
