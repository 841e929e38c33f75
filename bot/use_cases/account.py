"""What belongs to one Stripe account, in one object, so that a process could serve several accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.mail.merchant import MerchantProfile
from bot.portal.configurations import Configurations
from bot.portal.found import Found
from bot.portal.identifiers import read_pasted
from bot.portal.listed_prices import ListedPrices
from bot.portal.lookup import Lookup
from bot.portal.product_reader import ProductReader
from bot.portal.stripe_access import StripeGateway
from bot.store.link_limits import LinkLimits
from bot.use_cases.context import CommandContext


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeAccount:
    """The readers and caches of a Stripe account, and the limits and settings that go with it.

    `alert_channel` is where alerts go unless a rule names another channel. `return_urls` are by name. With
    `reason_needed`, no link is made without `for:`. With `asks_ahead`, a link may be asked for before it is
    sure that it is shown, since somebody waits. `webhook_secrets` sign its events; there are several
    while one is being rolled.
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
    asks_ahead: bool = False
    webhook_secrets: tuple[str, ...] = ()

    @property
    def livemode(self) -> bool:
        """Return whether the account is used with a live key."""
        return self.gateway.livemode

    async def find(self, context: CommandContext) -> Found:
        """Return the customer or subscription that a command is about, and note it in `context`.

        Raises Refused.
        """
        found = await self.lookup.completed(await self.lookup.find(read_pasted(context.command.subject)))
        context.about(found)
        return found

    def find_recent(self, context: CommandContext) -> Found | None:
        """Return the customer or subscription of an id that was shown within the last minute; no call."""
        found = self.gateway.recent.find(read_pasted(context.command.subject))
        if found is not None:
            context.about(found)
        return found

    def drop_remembered(self) -> None:
        """Forget the cached configurations, prices and customers: they are read from Stripe next time."""
        self.configurations.drop()
        self.prices.drop()
        self.gateway.recent.drop()
