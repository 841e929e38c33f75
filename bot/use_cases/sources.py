"""Where use cases read from: Stripe, through what is looked up and what is kept."""

from dataclasses import dataclass

from bot.portal.configurations import Configurations
from bot.portal.found import Found
from bot.portal.listed_prices import ListedPrices
from bot.portal.lookup import Lookup, read_pasted
from bot.portal.stripe_access import StripeGateway
from bot.use_cases.context import CommandContext


@dataclass(frozen=True, slots=True)
class Sources:
    """One process's way to Stripe."""

    gateway: StripeGateway
    lookup: Lookup
    configurations: Configurations
    prices: ListedPrices

    async def find(self, context: CommandContext) -> Found:
        """Look up whom the command is about. Raises Refused."""
        found = await self.lookup.completed(await self.lookup.find(read_pasted(context.command.subject)))
        context.about(found)
        return found
