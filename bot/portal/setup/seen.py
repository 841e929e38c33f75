"""What the steps of the set-up look at: readings of Stripe, each of which may have been refused."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import Refused
from bot.portal.attempts import attempt, known
from bot.portal.configurations import DEFAULT, Configurations
from bot.portal.listed_prices import ListedPrices
from bot.portal.models import Configuration, Customer, Price, Product
from bot.portal.products.product_sheet import ProductSheet
from bot.portal.stripe_access import StripeGateway
from bot.portal.stripe_answers import Account, TaxSettings, WebhookEndpoint


@dataclass(frozen=True, slots=True)
class OwnSide:
    """What the bot knows of itself.

    `events` are the types of events that it needs, as patterns. `newest_event` is when Stripe created
    the newest one that arrived, `links_made` how many links the audit trail has; None where the database does
    not say. `mail` is the outcome of asking the mail server: `reached`, `not_set`, or why not.
    """

    events: tuple[str, ...] = ()
    webhook_secret: bool = False
    api_version: str = ""
    newest_event: int | None = None
    links_made: int | None = None
    mail: str = "not_set"
    mail_server: str | None = None
    return_urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was read. A `Refused` stands where a reading was refused.

    `configuration` is the one in question, None when there is no default one. `prices` are active and
    recurring, with their products; `listed` are those of the configuration's list, archived ones too.
    """

    livemode: bool
    account: Account | Refused
    tax: TaxSettings | Refused
    prices: tuple[Price, ...] | Refused
    configurations: tuple[Configuration, ...] | Refused
    endpoints: tuple[WebhookEndpoint, ...] | Refused
    customers: tuple[Customer, ...] | Refused
    configuration: Configuration | None = None
    listed: Mapping[str, Price] = field(default_factory=dict)
    more_prices: bool = False
    own: OwnSide = field(default_factory=OwnSide)

    def sheets(self) -> tuple[ProductSheet, ...]:
        """Return the products in question with their prices: those that are listed, else all for sale."""
        prices = {price.id: price for price in (*(known(self.prices) or ()), *self.listed.values())}
        products: dict[str, Product] = {}
        for price in prices.values():
            if price.product is not None and price.product.object is not None:
                products[price.product.id] = price.product.object
        listed = {price.product_id for price in self.listed.values()}
        chosen = [each for name, each in products.items() if name in listed] or list(products.values())
        return tuple(
            ProductSheet.of(
                each,
                [price for price in prices.values() if price.product_id == each.id],
                known(self.configurations) or (),
                known(self.tax),
            )
            for each in chosen
        )


async def look(
    gateway: StripeGateway, configurations: Configurations, listed: ListedPrices, asked: str
) -> Seen:
    """Read everything at once, then the prices that the configuration lists.

    What may not be read is left to the steps. Raises Refused when the configurations cannot be read for
    another reason than a missing permission, and NotFound when none is called as asked.
    """
    account, tax, prices, every, endpoints, customers = await asyncio.gather(
        attempt(gateway.account()),
        attempt(gateway.shop.tax_settings()),
        attempt(gateway.shop.recurring_prices()),
        attempt(configurations.every()),
        attempt(gateway.shop.webhook_endpoints()),
        attempt(gateway.shop.newest_customers()),
    )
    if isinstance(every, Refused) and every.code != "permission_missing":
        raise every
    configuration = _chosen(configurations, known(every) or (), asked)
    return Seen(
        livemode=gateway.livemode,
        account=account,
        tax=tax,
        prices=prices if isinstance(prices, Refused) else prices[0],
        more_prices=not isinstance(prices, Refused) and prices[1],
        configurations=every,
        endpoints=endpoints,
        customers=customers,
        configuration=configuration,
        listed=await listed.of(configuration) if configuration else {},
    )


def _chosen(
    configurations: Configurations, every: tuple[Configuration, ...], asked: str
) -> Configuration | None:
    if asked.strip().casefold() in {"", DEFAULT} or not every:
        return next((each for each in every if each.is_default), None)
    return configurations.only(every, asked)
