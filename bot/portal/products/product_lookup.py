"""The product somebody means: by its id, a price's id, a lookup key, or its name. Never a guess."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from bot.errors import BadUsage, NotFound, Refused
from bot.portal.models import Price, Product
from bot.portal.prices import LONGEST_NAME
from bot.portal.stripe_access import StripeGateway

_PRICES: Final = ("price_", "plan_")


class SeveralProducts(Refused):
    """Several products match; the person picks one of `candidates`."""

    def __init__(self, candidates: Sequence[Product]) -> None:
        super().__init__("several_products", count=len(candidates))
        self.candidates = tuple(candidates)


async def find_product(gateway: StripeGateway, asked: str) -> Product:
    """Find the product of `prod_…`, `price_…`, a lookup key or a name.

    One call for an id of a product, two for one of a price, else three beside each other. Raises BadUsage,
    NotFound, SeveralProducts.
    """
    name = asked.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadUsage("product_not_understood", asked=name[:40])
    if name.startswith("prod_"):
        return await gateway.shop.product(name)
    if name.startswith(_PRICES):
        return _only(await _of_prices(gateway, [await gateway.shop.price(name)]))
    keyed, searched, listed = await asyncio.gather(
        gateway.shop.prices_by_lookup_key(name),
        gateway.shop.products_named(name),
        gateway.shop.newest_products(),
    )
    found = await _of_prices(gateway, keyed) or _named([*searched, *listed], name)
    return _only(found) if found else await _with_own_id(gateway, name)


async def _with_own_id(gateway: StripeGateway, asked: str) -> Product:
    """Read a product whose id the merchant chose. Raises NotFound."""
    try:
        return await gateway.shop.product(asked)
    except NotFound:
        raise NotFound("no_such_product_name", asked=asked[:80]) from None


def _only(found: Sequence[Product]) -> Product:
    if len(found) == 1:
        return found[0]
    raise SeveralProducts(found) if found else NotFound("no_such_product")


def _named(products: Iterable[Product], asked: str) -> list[Product]:
    """Choose by name: exactly that one, else those that hold it; those for sale before archived ones."""
    wanted = asked.casefold()
    every = {each.id: each for each in products}.values()
    exact = [each for each in every if (each.name or "").casefold() == wanted]
    found = exact or [each for each in every if wanted in (each.name or "").casefold()]
    return [each for each in found if each.active is not False] or found


async def _of_prices(gateway: StripeGateway, prices: Iterable[Price]) -> list[Product]:
    ids = list(dict.fromkeys(each.product_id for each in prices if each.product_id))
    return list(await asyncio.gather(*(gateway.shop.product(each) for each in ids)))
