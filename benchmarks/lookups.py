"""A process that looks customers up all the time, as a worker does that has much to catch up with.

Run as `python -m benchmarks.lookups CUSTOMER AT_ONCE`, with the settings in the environment.
"""

import asyncio
import sys

from bot.errors import Refused
from bot.portal.pace import behind
from bot.process.services import open_services
from bot.process.stripe_share import sharing_stripe
from bot.settings import Purpose, load_settings


async def look_up(customer: str, at_once: int) -> None:
    """Look up until the process is stopped."""
    settings = load_settings(require=Purpose.ASK_STRIPE)
    async with open_services(settings, remembers=True) as services, sharing_stripe(services):

        async def again_and_again() -> None:
            while True:
                try:
                    await services.account.gateway.customer(customer)
                except Refused:  # there is more to wait for than it has patience
                    continue

        await asyncio.gather(*(behind(again_and_again)() for _ in range(at_once)))


if __name__ == "__main__":
    asyncio.run(look_up(sys.argv[1], int(sys.argv[2])))
