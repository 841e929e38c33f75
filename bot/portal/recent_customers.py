"""Customers as Stripe showed them within the last minute, so that a button need not ask for them again.

Only links are made from them: Stripe decides about a link anyway, and one that is refused is tried again with
what is read anew. `why`, the card and every other verdict read afresh.
"""

import time
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

from bot.portal.found import Found
from bot.portal.identifiers import Pasted
from bot.portal.models import Customer, Subscription
from bot.portal.object_ids import Kind

KEPT_SECONDS: Final = 60.0
MOST_KEPT: Final = 500


class RecentCustomers:
    """Keeps customers in memory for a minute, and gives them back by their id or a subscription's."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that never go back."""
        self._customers: TTLCache[str, Customer] = TTLCache(MOST_KEPT, KEPT_SECONDS, clock)
        self._subscriptions: TTLCache[str, Subscription] = TTLCache(MOST_KEPT, KEPT_SECONDS, clock)

    def keep(self, customer: Customer) -> Customer:
        """Remember a customer that came with current subscriptions, and return it."""
        if customer.deleted:
            self.forget(customer.id)
        if customer.subscriptions is not None and not customer.deleted:
            self._customers[customer.id] = customer
            self._subscriptions.update((each.id, each) for each in customer.subscriptions)
        return customer

    def keep_subscription(self, subscription: Subscription) -> Subscription:
        """Remember a subscription that was read with all that the rules look at, and return it."""
        self._subscriptions[subscription.id] = subscription
        return subscription

    def find(self, pasted: Pasted) -> Found | None:
        """Return the customer behind an id that was shown a moment ago; None for everything else.

        An address of the Dashboard is looked at more closely: it may be of another mode or account.
        """
        if pasted.livemode is not None or pasted.account is not None:
            return None
        if pasted.kind is Kind.CUSTOMER:
            customer = self._customers.get(pasted.value)
            return Found(customer, pasted.kind) if customer else None
        if pasted.kind is not Kind.SUBSCRIPTION:
            return None
        subscription = self._subscriptions.get(pasted.value)
        holder = self._customers.get(subscription.customer or "") if subscription else None
        if subscription is None or holder is None:
            return None
        return Found(holder, pasted.kind, subscription=subscription, subscription_id=subscription.id)

    def everybody(self) -> tuple[Customer, ...]:
        """Return every customer who was shown a moment ago."""
        return tuple(self._customers.values())

    def drop(self) -> None:
        """Forget everybody."""
        self._customers.clear()
        self._subscriptions.clear()

    def forget(self, customer: str) -> None:
        """Forget a customer of whom Stripe says that something changed, with all subscriptions."""
        self._customers.pop(customer, None)
        for each in [key for key, known in self._subscriptions.items() if known.customer == customer]:
            del self._subscriptions[each]
