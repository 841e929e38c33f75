"""What customers are called, for lists that know their ids only. Names are kept in the process alone."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from cachetools import TTLCache

from bot.errors import Refused
from bot.portal.stripe_access import StripeGateway

KEPT_SECONDS: Final = 600
MOST_KEPT: Final = 1_000
PATIENCE_SECONDS: Final = 2.0
"""A list without names is better than one that comes late."""


class CustomerNames:
    """Reads names from Stripe, all at once, and keeps them for ten minutes."""

    def __init__(self, gateway: StripeGateway) -> None:
        self._gateway = gateway
        self._known: TTLCache[str, str] = TTLCache(MOST_KEPT, KEPT_SECONDS)

    async def of(self, customers: Iterable[str | None]) -> Mapping[str, str]:
        """Return name or address by id, of those that could be read in time."""
        wanted = {each for each in customers if each and each.startswith("cus_")}
        unknown = [each for each in wanted if each not in self._known]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*map(self._read, unknown))
        except TimeoutError:
            pass  # those that came in time are named
        return {each: name for each in wanted if (name := self._known.get(each))}

    async def _read(self, customer: str) -> None:
        try:
            found = await self._gateway.customer(customer)
        except Refused:  # a list is about more than this name
            return
        self._known[customer] = found.name or found.email or ""
