"""A question laid out so that each rule is a glance: the item, its price, what is listed, what is wanted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from bot.portal.models import (
    MISSING,
    Configuration,
    Customer,
    Item,
    ListedProduct,
    Price,
    Subscription,
    SubscriptionUpdate,
)
from bot.portal.rules.payment_methods import Effective, effective
from bot.portal.rules.question import Question, Target


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at.

    `item` and `price` are the first of the subscription: with more than one the portal updates nothing
    anyway. `listed` maps a price id to the product entry that lists it, `products` a product id to its
    entry; both are None when the list is not known.
    """

    question: Question
    customer: Customer
    subscription: Subscription | None
    configuration: Configuration | None
    items: tuple[Item, ...]
    item: Item | None
    price: Price | None
    payment_method: Effective | None
    listed: Mapping[str, ListedProduct] | None
    products: Mapping[str, ListedProduct] | None
    target: Target

    @classmethod
    def of(cls, question: Question, target: Target) -> Self:
        """Lay out a question, aimed at `target`."""
        subscription = question.subscription
        items = () if subscription is None or subscription.items is MISSING else subscription.items
        item = items[0] if items else None
        entries = question.configuration.subscription_update.products if question.configuration else None
        listed = products = None
        if entries is not None:
            listed = {price: entry for entry in entries for price in entry.prices}
            products = {entry.product: entry for entry in entries}
        return cls(
            question=question,
            customer=question.customer,
            subscription=subscription,
            configuration=question.configuration,
            items=items,
            item=item,
            price=item.price if item else None,
            payment_method=effective(question.customer, subscription),
            listed=listed,
            products=products,
            target=target,
        )

    @property
    def update(self) -> SubscriptionUpdate | None:
        """The configuration's update feature, when the configuration is known."""
        return self.configuration.subscription_update if self.configuration else None

    def name_of(self, price: Price) -> str | None:
        """What people call a price: its product, else its nickname; None when neither is known."""
        known = self.question.prices.get(price.id, price)
        return known.product_name or price.product_name or known.nickname

    @property
    def quantity(self) -> int | None:
        """The quantity now."""
        return self.item.quantity if self.item else None

    def known_price(self, identifier: str) -> Price | None:
        """Return the price with this id, or one of the product with this id whose name is known."""
        listed = self.question.prices.get(identifier)
        if listed is not None:
            return listed
        return next(
            (
                price
                for price in self._prices()
                if price.id == identifier or (price.product_id == identifier and price.product_name)
            ),
            None,
        )

    def _prices(self) -> Iterator[Price]:
        yield from (item.price for item in self.items if item.price)
        if self.target.price:
            yield self.target.price
        yield from self.question.prices.values()

    @property
    def wanted_price(self) -> Price | None:
        """The price after the change that is asked about."""
        return self.target.price or self.price

    @property
    def wanted_quantity(self) -> int | None:
        """The quantity after the change that is asked about."""
        return self.quantity if self.target.quantity is None else self.target.quantity

    @property
    def changes_something(self) -> bool:
        """Whether the asked price or quantity is another than the present one."""
        is_other_price = self.target.price is not None and (
            self.price is None or self.target.price.id != self.price.id
        )
        return is_other_price or self.wanted_quantity != self.quantity

    @property
    def currency(self) -> str | None:
        """The subscription's currency, else that of its price."""
        if self.subscription and self.subscription.currency:
            return self.subscription.currency
        return self.price.currency if self.price else None

    @property
    def period_end(self) -> int | None:
        """When the current period ends, in Unix seconds."""
        return self.subscription.current_period_end if self.subscription else None
