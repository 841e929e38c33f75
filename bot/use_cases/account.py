"""What belongs to one Stripe account; handed along as one, since there will be several."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.mail.merchant import MerchantProfile
from bot.portal.configurations import Configurations
from bot.portal.found import Found
from bot.portal.listed_prices import ListedPrices
from bot.portal.lookup import Lookup, read_pasted
from bot.portal.product_reader import ProductReader
from bot.portal.stripe_access import StripeGateway
from bot.store.link_limits import LinkLimits
from bot.use_cases.context import CommandContext


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeAccount:
    """Ways to read the account, what is remembered of it, and the limits and channels that go with it.

    `alert_channel` is where alerts go unless a rule says otherwise. `return_urls` are by name, and
    `reason_needed` says that no link is made without `for:`. `webhook_secrets` sign its events; several
    while one is rolled.
    """

    gateway: StripeGateway
    lookup: Lookup
    configurations: Configurations
    prices: ListedPrices
    products: ProductReader
    merchant: MerchantProfile
    link_limits: LinkLimits
    alert_channel: str | None = None
    return_urls: Mapping[str, str] = field(default_factory=dict)
    reason_needed: bool = False
    webhook_secrets: tuple[str, ...] = ()

    @property
    def livemode(self) -> bool:
        """Whether the account is used with a live key."""
        return self.gateway.livemode

    async def find(self, context: CommandContext) -> Found:
        """Look up whom a command is about, and note it in the context. Raises Refused."""
        found = await self.lookup.completed(await self.lookup.find(read_pasted(context.command.subject)))
        context.about(found)
        return found

    def drop_remembered(self) -> None:
        """Read configurations and prices afresh next time."""
        self.configurations.drop()
        self.prices.drop()
