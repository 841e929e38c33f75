"""Reads what a `switch` is to change: price, quantity and discounts."""

from dataclasses import dataclass

from bot.errors import PortalBlocks
from bot.portal.models import MISSING, Item, Price, Subscription
from bot.portal.prices import find_price
from bot.portal.rules import Discount, Target
from bot.portal.stripe_access import StripeGateway
from bot.use_cases.context import CommandContext
from bot.use_cases.link_discounts import LinkDiscounts
from bot.use_cases.link_options import LinkOptions


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


async def read_change(
    gateway: StripeGateway,
    context: CommandContext,
    subscription: Subscription,
    options: LinkOptions,
    discounts: LinkDiscounts,
) -> Change:
    """Return the change that a command asks for, with its price read from Stripe. Raises Refused."""
    item, price = first_item(subscription), None
    if context.command.target:
        price = await find_price(gateway, context.command.target, current=item.price)
    promotion = discounts.code_for(context.customer)
    code = promotion.code.id if promotion and promotion.code else discounts.promotion
    return Change(price, options.quantity, discounts.of_change(context.customer), code)


def first_item(subscription: Subscription) -> Item:
    """Return the item that is changed. Raises PortalBlocks when the subscription has none."""
    if subscription.items is MISSING or not subscription.items:
        raise PortalBlocks("subscription_without_items", subscription=subscription.id)
    return subscription.items[0]
