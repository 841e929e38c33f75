"""The command `product`: what customers see of a product, and what the portal makes of its prices."""

import asyncio

from bot.portal.attempts import attempt, known
from bot.portal.products.offer import price_offers
from bot.portal.products.product_lookup import find_product
from bot.portal.products.product_sheet import ProductSheet
from bot.portal.products.rules import product_findings
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.results import ProductView


class ProductReader:
    """Finds a product, and reads its prices and where they are listed: two waits for Stripe."""

    def __init__(self, account: StripeAccount) -> None:
        self._gateway = account.gateway
        self._configurations = account.configurations

    async def answer(self, context: CommandContext) -> ProductView:
        """Return the product that the command names. Raises Refused, of several SeveralProducts."""
        product = await find_product(self._gateway, context.command.subject)
        prices, configurations, tax, account = await asyncio.gather(
            self._gateway.shop.every_price_of_product(product.id),
            self._configurations.every(),
            attempt(self._gateway.shop.tax_settings()),
            attempt(self._gateway.account()),
        )
        sheet = ProductSheet.of(product, prices, configurations, known(tax))
        merchant = known(account)
        return ProductView(
            sheet,
            price_offers(sheet),
            product_findings(sheet),
            self._gateway.livemode,
            merchant.statement_descriptor if merchant else None,
        )
