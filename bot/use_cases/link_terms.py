"""Reads the price, coupons and promotion codes that a command names, while its customer is looked up."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.commands.command import Command
from bot.errors import Unavailable
from bot.logs import get_log
from bot.portal.found import Found
from bot.portal.link_request import Flow
from bot.portal.models import PromotionCode
from bot.portal.prices import NamedPrices, find_promotion_codes, fitting_code, read_named_prices
from bot.portal.rules import Discount
from bot.portal.stripe_access import StripeGateway
from bot.use_cases.gathered import succeeded

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """What was read for `switch … <price>`, `coupon:`, `promo:` and `offer:`.

    Several promotion codes can have the same text.
    """

    prices: NamedPrices | None = None
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


NO_TERMS = LinkTerms()


async def found_with_terms(
    finding: Awaitable[Found], gateway: StripeGateway, command: Command
) -> tuple[Found, LinkTerms]:
    """Read what a command names while its customer is looked up. Raises Refused.

    When both fail, the error about the customer is raised.
    """
    found, terms = await asyncio.gather(finding, read_terms(gateway, command), return_exceptions=True)
    return succeeded(found), succeeded(terms)


async def read_terms(gateway: StripeGateway, command: Command) -> LinkTerms:
    """Read the price, coupons and codes that a command names, with one call each at the same time.

    Raises Refused.
    """
    promotion = command.option("promo")
    prices, coupon, codes, offer = await asyncio.gather(
        _prices(gateway, command),
        _coupon(gateway, command.option("coupon")),
        _codes(gateway, promotion),
        _coupon(gateway, command.option("offer")),
    )
    return LinkTerms(prices, coupon, promotion, codes, offer)


async def _prices(gateway: StripeGateway, command: Command) -> NamedPrices | None:
    is_switch = command.verb.flow is Flow.SWITCH and command.target
    return await read_named_prices(gateway, command.target) if is_switch else None


async def _coupon(gateway: StripeGateway, name: str | None) -> Discount | None:
    """Return the coupon. When it cannot be read now, only its name is known, and Stripe decides."""
    if name is None:
        return None
    try:
        return Discount(name, await gateway.shop.coupon(name))
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
