"""How many links one agent may make: a stolen or careless account should not open every customer.

The count and the new row are one transaction, and transactions of one actor run one after the other, so that
any number of simultaneous commands stays within the limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotAllowed
from bot.store.engine import Database
from bot.store.inserts import storable
from bot.store.tables import link_grants

HOUR = 3600
CUSTOMER_WINDOW = 600


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to make one link."""

    id: int
    actor: str
    customer: str
    at: int


class LinkLimits:
    """The ledger. Every method raises Unavailable("database_unavailable")."""

    def __init__(
        self, database: Database, *, links_per_hour: int = 30, live_customers_per_10_minutes: int = 10
    ) -> None:
        """Use this database and these limits (`Settings.portalbot_config.limits`)."""
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
        async with self._database.write() as connection:
            await _one_at_a_time(connection, actor)
            await connection.execute(
                delete(link_grants).where(link_grants.c.actor == actor, link_grants.c.at <= now - HOUR)
            )
            await self._check_links(connection, actor, now)
            if livemode:
                await self._check_customers(connection, actor, customer, now)
            row = {"actor": actor, "customer": customer, "livemode": livemode, "at": now}
            number = await connection.scalar(insert(link_grants).values(row).returning(link_grants.c.id))
        return Grant(int(number or 0), actor, customer, now)

    async def release(self, grant: Grant) -> None:
        """Give the allowance back, because no link came of it."""
        async with self._database.write() as connection:
            await connection.execute(delete(link_grants).where(link_grants.c.id == grant.id))

    async def _check_links(self, connection: AsyncConnection, actor: str, now: int) -> None:
        query = select(link_grants.c.at).where(link_grants.c.actor == actor).order_by(link_grants.c.at)
        times = (await connection.scalars(query)).all()
        _refuse_over("too_many_links", times, self._links_per_hour, HOUR, now)

    async def _check_customers(
        self, connection: AsyncConnection, actor: str, customer: str, now: int
    ) -> None:
        last = func.max(link_grants.c.at).label("last")
        query = (
            select(last)
            .where(
                link_grants.c.actor == actor,
                link_grants.c.livemode.is_(True),
                link_grants.c.customer != customer,  # one more link for the same customer opens nobody new
                link_grants.c.at > now - CUSTOMER_WINDOW,
            )
            .group_by(link_grants.c.customer)
            .order_by(last)
        )
        times = (await connection.scalars(query)).all()
        _refuse_over("too_many_customers", times, self._live_customers, CUSTOMER_WINDOW, now)


def _refuse_over(code: str, times: Sequence[int], limit: int, window: int, now: int) -> None:
    if len(times) < limit:
        return
    retry_at = times[len(times) - limit] + window
    minutes = max(1, -((now - retry_at) // 60))
    raise NotAllowed(code, limit=limit, retry_at=retry_at, minutes=minutes)


async def _one_at_a_time(connection: AsyncConnection, actor: str) -> None:
    # SQLite's BEGIN IMMEDIATE did this already, for every actor at once.
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"link_limits {actor}"}
        )
