"""Keeps a process to its share of `STRIPE_MAX_RPS`, which all processes on one Stripe key have together.

On PostgreSQL the share is a row (`bot.store.shared_limit`). It is taken with the first call to Stripe,
renewed beside the calls and never on their way, and given back after a minute without any. A database that
is away leaves the process the share it has. With SQLite one process serves and works, and has the whole.
"""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.engine.jobs import Every
from bot.engine.loops import Unwatched, run_periodically
from bot.errors import Refused
from bot.logs import get_log
from bot.portal.pace import Pace, recovered
from bot.process.services import Services
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.shared_limit import FREED_MS, RENEWED_MS, SharedLimit, Wants, first_share

HURRIED_SECONDS = 2.0
"""Between two renewals while calls wait, or the others have to make room."""
IDLE_SECONDS = 60.0

_log = get_log(__name__)


@dataclass(eq=False)
class StripeShare:
    """Renews the share that a pace goes by."""

    pace: Pace
    limit: SharedLimit
    clock: Callable[[], float] = time.monotonic
    _called_at: float = 0.0
    _holds: bool = False

    async def renew(self) -> float | None:
        """Say what is wanted and take what there is; in how many seconds to look again, if it is soon.

        Raises Unavailable.
        """
        demand, now = self.pace.take_demand(), self.clock()
        if demand.urgent or demand.other:
            self._called_at = now
        elif not self._holds or now - self._called_at > IDLE_SECONDS:
            await self.leave()
            return None
        share = await self.limit.renew(Wants(demand.urgent, demand.other), self.pace.part)
        self._holds = True
        self.pace.lower(min((recovered(part, age) for part, age in share.slowed), default=1.0))
        self.pace.share = share.calls
        hurried = demand.waited or share.calls < share.due or self.pace.part < 1
        return HURRIED_SECONDS if hurried else None

    async def leave(self) -> None:
        """Give the share back; until the next a call has what everybody has at first. Raises Unavailable."""
        self.pace.share, self.pace.idle = first_share(self.pace.limit), True
        if self._holds:
            self._holds = False
            await self.limit.leave()


@asynccontextmanager
async def sharing_stripe(services: Services) -> AsyncIterator[None]:
    """Share the limit on calls to Stripe with other processes, for the time of the `with` block."""
    pace = services.account.gateway.pace
    if services.settings.uses_sqlite or not pace.limit:
        yield
        return
    limit = SharedLimit(
        services.database,
        _limit_name(services.settings),
        secrets.token_hex(8),
        pace.limit,
        services.clock.milliseconds,
    )
    share, bell = StripeShare(pace, limit), Bell()
    pace.share, pace.on_need = first_share(pace.limit), bell.ring
    following = asyncio.create_task(_follow(share, bell, bell.waiter()))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        try:
            await share.leave()
        except Refused as refused:
            _log.warning("share_not_given_back", code=refused.code)


async def _follow(share: StripeShare, bell: Bell, first_call: asyncio.Event) -> None:
    await first_call.wait()
    every = Every("stripe_share", FREED_MS / 1000, share.renew, sweep=RENEWED_MS / 1000)
    await run_periodically(every, Unwatched(), bell)


def _limit_name(settings: Settings) -> str:
    """Name the limit: mode, account if it is known, and a mark of the key from which nobody gets it back."""
    assert settings.stripe_api_key is not None  # noqa: S101 (Purpose says so when settings are loaded)
    key = settings.stripe_api_key.get_secret_value().encode()
    mark = hmac.new(key, b"portalbot: limit of a key", hashlib.sha256).hexdigest()[:16]
    mode = "live" if settings.livemode else "test"
    return f"stripe {mode} {settings.stripe_account or ''} {mark}"
