"""How many links one agent may make: a stolen or careless account should not open every customer.

The count and the new row are one transaction, and transactions of one actor run one after the other, so that
any number of simultaneous commands stays within the limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from bot.durations import HOUR, MINUTE
from bot.errors import NotAllowed
from bot.store.database import Database
from bot.store.inserts import storable
from bot.store.locks import lock
from bot.store.tables import link_grants

CUSTOMER_WINDOW = 10 * MINUTE

# Made once: SQLAlchemy takes a tenth of a millisecond to see that it knows a statement that was made anew.
_TAKING = insert(link_grants).returning(link_grants.c.id)
_OF_ACTOR = (
    select(link_grants.c.customer, link_grants.c.livemode, link_grants.c.at)
    .where(link_grants.c.actor == bindparam("actor_is"))
    .order_by(link_grants.c.at)
)


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to make one link."""

    id: int
    actor: str
    customer: str
    at: int


class _Past(NamedTuple):
    customer: str
    livemode: bool
    at: int


class LinkLimits:
    """Grants links and counts them. Every method raises Unavailable("database_unavailable")."""

    def __init__(
        self, database: Database, *, links_per_hour: int = 30, live_customers_per_10_minutes: int = 10
    ) -> None:
        """Take the limits (`Settings.portalbot_config.limits`)."""
        self._database = database
        self._links_per_hour = links_per_hour
        self._live_customers = live_customers_per_10_minutes

    async def reserve(self, actor: str, customer: str, livemode: bool, now: int) -> Grant:
        """Take one link off the actor's allowance, before it is made.

        Raises:
            NotAllowed: "too_many_links" or "too_many_customers", with `limit`, `retry_at` (Unix seconds when
                the next one is possible) and `minutes` (until then).
        """
        actor, customer = storable(actor), storable(customer)
        row = {"actor": actor, "customer": customer, "livemode": livemode, "at": now}

        def take(connection: Connection) -> int:
            grants = _grants_of_the_hour(connection, actor, now)
            _refuse_over("too_many_links", [grant.at for grant in grants], self._links_per_hour, HOUR, now)
            if livemode:
                others = _last_time_of_other_live_customers(grants, customer, now)
                _refuse_over("too_many_customers", others, self._live_customers, CUSTOMER_WINDOW, now)
            return int(connection.execute(_TAKING, row).scalar_one())

        # A power cut takes only links that nobody was shown: the audit line comes later, and is synced.
        taken = await self._database.write(take, lasting=False, wakes=False)
        return Grant(taken, actor, customer, now)

    async def release(self, grant: Grant) -> None:
        """Give the allowance back, because no link came of it."""
        giving_back = delete(link_grants).where(link_grants.c.id == grant.id)
        await self._database.write(
            lambda connection: connection.execute(giving_back), lasting=False, wakes=False
        )


def _grants_of_the_hour(connection: Connection, actor: str, now: int) -> Sequence[_Past]:
    """Return the actor's grants of the last hour, oldest first, and delete older ones."""
    lock(connection, f"link_limits {actor}")
    grants = [_Past(*row) for row in connection.execute(_OF_ACTOR, {"actor_is": actor})]
    recent = [grant for grant in grants if now - HOUR < grant.at <= now + MINUTE]
    if len(recent) < len(grants):
        # What is ahead of now was written by a clock that was.
        over = or_(link_grants.c.at <= now - HOUR, link_grants.c.at > now + MINUTE)
        connection.execute(delete(link_grants).where(link_grants.c.actor == actor, over))
    return recent


def _last_time_of_other_live_customers(grants: Sequence[_Past], customer: str, now: int) -> list[int]:
    """Return when each live customer except this one got its last link, oldest first."""
    # One more link for the same customer opens nobody new.
    recent = (grant for grant in grants if grant.livemode and grant.at > now - CUSTOMER_WINDOW)
    return sorted({grant.customer: grant.at for grant in recent if grant.customer != customer}.values())


def _refuse_over(code: str, times: Sequence[int], limit: int, window: int, now: int) -> None:
    if len(times) < limit:
        return
    retry_at = times[len(times) - limit] + window
    minutes = max(1, -((now - retry_at) // 60))
    raise NotAllowed(code, limit=limit, retry_at=retry_at, minutes=minutes)
