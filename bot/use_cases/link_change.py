"""What a `switch` is to change: price, quantity and discounts."""

from dataclasses import dataclass

from bot.errors import PortalBlocks
from bot.portal.models import MISSING, Item, Price, Subscription
from bot.portal.rules import Discount, Target
from bot.use_cases.context import CommandContext
from bot.use_cases.link_options import LinkOptions
from bot.use_cases.link_terms import LinkTerms


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one item; `promotion_code` is the id that goes into the link."""

    price: Price | None = None
    quantity: int | None = None
    discounts: tuple[Discount, ...] = ()
    promotion_code: str | None = None

    @property
    def target(self) -> Target:
        """Return the change in the form the rules take."""
        return Target(self.price, self.quantity)


NO_CHANGE = Change()


def read_change(
    context: CommandContext, subscription: Subscription, options: LinkOptions, terms: LinkTerms
) -> Change:
    """Return the change that a command asks for. Raises Refused."""
    item = first_item(subscription)
    price = terms.prices.fitting(item.price) if terms.prices else None
    promotion = terms.code_for(context.customer)
    code = promotion.code.id if promotion and promotion.code else terms.promotion
    return Change(price, options.quantity, terms.of_change(context.customer), code)


def first_item(subscription: Subscription) -> Item:
    """Return the item that is changed. Raises PortalBlocks when the subscription has none."""
    if subscription.items is MISSING or not subscription.items:
        raise PortalBlocks("subscription_without_items", subscription=subscription.id)
    return subscription.items[0]
