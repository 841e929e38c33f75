"""The command `invoices`: what a customer was billed for, and where it can be looked at and paid."""

import asyncio
from collections.abc import Awaitable

from bot.portal.found import Found
from bot.portal.identifiers import read_pasted
from bot.portal.models import Invoice
from bot.portal.object_ids import Kind
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.results import InvoiceList

MOST_INVOICES = 10

Page = tuple[tuple[Invoice, ...], bool]


class InvoiceReader:
    """Reads a customer's last invoices."""

    def __init__(self, account: StripeAccount) -> None:
        self._account = account

    async def answer(self, context: CommandContext) -> InvoiceList:
        """Return the last ten, and before them the one that the command names. Raises Refused."""
        found, (invoices, more) = await self._found_with_page(context)
        asked = found.invoice
        others = tuple(each for each in invoices if asked is None or each.id != asked.id)
        return InvoiceList(found, others if asked is None else (asked, *others), asked, more)

    async def _found_with_page(self, context: CommandContext) -> tuple[Found, Page]:
        """The customer and the list: at once where the customer's id was pasted, else one after the other."""
        pasted = read_pasted(context.command.subject)
        if pasted.kind is not Kind.CUSTOMER:
            found = await self._account.find(context)
            return found, await self._page(found.customer_account or found.customer.id)
        page = asyncio.ensure_future(self._page(pasted.value))
        try:
            return await self._account.find(context), await page
        finally:
            page.cancel()
            await asyncio.gather(page, return_exceptions=True)

    def _page(self, holder: str) -> Awaitable[Page]:
        return self._account.gateway.invoices(holder, most=MOST_INVOICES)
