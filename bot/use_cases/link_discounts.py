"""Reads the coupons and promotion codes of a link, while its customer is looked up."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.commands.command import Command
from bot.errors import Unavailable
from bot.logs import get_log
from bot.portal.found import Found
from bot.portal.models import PromotionCode
from bot.portal.prices import find_promotion_codes, fitting_code
from bot.portal.rules import Discount
from bot.portal.stripe_access import StripeGateway

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class LinkDiscounts:
    """What was read for `coupon:`, `promo:` and `offer:`. Several promotion codes can have the same text."""

    coupon: Discount | None = None
    promotion: str | None = None
    codes: tuple[PromotionCode, ...] = ()
    offer: Discount | None = None

    def code_for(self, customer: str | None) -> Discount | None:
        """Return the promotion code as it is for this customer; None when the command names none."""
        if self.promotion is None:
            return None
        if not self.codes:
            return Discount(self.promotion)
        code = fitting_code(self.codes, customer)
        return Discount(self.promotion, code.coupon.object if code.coupon else None, code)

    def of_change(self, customer: str | None) -> tuple[Discount, ...]:
        """Return the discounts of a change of plan or quantity."""
        return tuple(each for each in (self.coupon, self.code_for(customer)) if each is not None)


NO_DISCOUNTS = LinkDiscounts()


async def found_with_discounts(
    finding: Awaitable[Found], gateway: StripeGateway, command: Command
) -> tuple[Found, LinkDiscounts]:
    """Read the discounts of a command while its customer is looked up. Raises Refused.

    When both fail, the error about the customer is raised.
    """
    found, discounts = await asyncio.gather(finding, read_discounts(gateway, command), return_exceptions=True)
    if isinstance(found, BaseException):
        raise found
    if isinstance(discounts, BaseException):
        raise discounts
    return found, discounts


async def read_discounts(gateway: StripeGateway, command: Command) -> LinkDiscounts:
    """Read the coupons and codes that a command names, with one call each at the same time.

    Raises Refused.
    """
    promotion = command.option("promo")
    coupon, codes, offer = await asyncio.gather(
        _coupon(gateway, command.option("coupon")),
        _codes(gateway, promotion),
        _coupon(gateway, command.option("offer")),
    )
    return LinkDiscounts(coupon, promotion, codes, offer)


async def _coupon(gateway: StripeGateway, name: str | None) -> Discount | None:
    """Return the coupon. When it cannot be read now, only its name is known, and Stripe decides."""
    if name is None:
        return None
    try:
        return Discount(name, await gateway.coupon(name))
    except Unavailable as unavailable:
        _log.warning("discount_not_read", code=unavailable.code)
        return Discount(name)


async def _codes(gateway: StripeGateway, promotion: str | None) -> tuple[PromotionCode, ...]:
    if promotion is None:
        return ()
    try:
        return await find_promotion_codes(gateway, promotion)
    except Unavailable as unavailable:
        if not promotion.startswith("promo_"):
            raise  # without its id there is nothing to put into the link
        _log.warning("discount_not_read", code=unavailable.code)
        return ()
