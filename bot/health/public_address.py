"""The self-check's probe of the address that Stripe calls: does it lead here, and what do strangers see."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import aiohttp

from bot.check import Check
from bot.errors import Refused
from bot.portal.stripe_answers import WebhookEndpoint

SECONDS = 4.0
MOST_ADDRESSES = 3
_OWN_METRICS = "portalbot_"


async def check_public_address(
    endpoints: Callable[[], Awaitable[Sequence[WebhookEndpoint]]],
) -> tuple[Check, ...]:
    """Ask what answers where Stripe sends its events. Never raises.

    Without a key that may read the endpoints there is nothing to ask. A machine behind a router may not reach
    its own public address though others do, so that only a wrong certificate, which Stripe refuses as well,
    is broken.
    """
    try:
        found = await endpoints()
    except Refused:
        return ()
    bases = dict.fromkeys(each.base for each in found if each.base and each.status == "enabled")
    if not bases:
        return (Check("address", "warn", "none"),)
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        looks = await asyncio.gather(*(_look(session, base) for base in [*bases][:MOST_ADDRESSES]))
    return tuple(check for checks in looks for check in checks)


async def _look(session: aiohttp.ClientSession, base: str) -> list[Check]:
    host = {"host": urlsplit(base).hostname}
    try:
        status, said = await _get(session, f"{base}/healthz")
        if status != 200 or said.strip() != "alive":
            return [Check("address", "warn", "something_else", host | {"status": status})]
        status, said = await _get(session, f"{base}/metrics")
    except aiohttp.ClientConnectorCertificateError:
        return [Check("address", "broken", "certificate", host)]
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return [Check("address", "warn", "unreachable", host)]
    shown = status == 200 and _OWN_METRICS in said
    metrics = Check("metrics", "warn", "open", host) if shown else Check("metrics", "ok", "closed", host)
    return [Check("address", "ok", "answers", host), metrics]


async def _get(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url, allow_redirects=False) as answer:
        return answer.status, await answer.text(errors="replace")
