"""Where use cases read from: Stripe, through what is looked up and what is kept."""

from dataclasses import dataclass

from bot.portal.configurations import Configurations
from bot.portal.listed_prices import ListedPrices
from bot.portal.lookup import Lookup
from bot.portal.stripe_access import StripeGateway


@dataclass(frozen=True, slots=True)
class Sources:
    """One process's way to Stripe."""

    gateway: StripeGateway
    lookup: Lookup
    configurations: Configurations
    prices: ListedPrices
