"""Mails that somebody has sent off in Slack, kept until they are queued or refused.

Stored before Slack gets its answer, so that a process that dies right after it leaves the mail to the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from bot.mail.tables import mail_requests
from bot.store.database import Database
from bot.store.inserts import insert_new, storable, storable_json

SKEW_SECONDS = 10
"""How far the clocks of two processes may be apart."""
LEASE_SECONDS = 10
"""How long one process has to decide about a request before another one does."""


@dataclass(frozen=True, slots=True)
class MailRequest:
    """A request for a mail; `key` is that of the mail it becomes, `request` JSON that says everything else.

    `asked_at` is in Unix seconds.
    """

    key: str
    customer: str
    asked_at: int
    request: Mapping[str, Any]


class MailRequests:
    """The table of requests. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, asked: MailRequest, now: int) -> bool:
        """Store a request, leased to the caller; False when it is there already. Committed on return."""
        row = {
            "id": asked.key,
            "customer": storable(asked.customer),
            "asked_at": asked.asked_at,
            "request": storable_json(asked.request),
            "requeued": False,
            "leased_until": now + LEASE_SECONDS,
        }
        return await self._database.write(
            lambda connection: insert_new(connection, mail_requests, mail_requests.c.id, row)
        )

    async def take(self, now: int) -> MailRequest | None:
        """Lease the oldest request that nobody has in hand; None when there is none."""
        table = mail_requests
        # A lease longer than there can be was written by a clock that was ahead.
        free = or_(table.c.leased_until <= now, table.c.leased_until > now + LEASE_SECONDS + SKEW_SECONDS)
        oldest = select(table.c.id).where(free).order_by(table.c.asked_at, table.c.id).limit(1)
        leasing = (
            update(table)
            .where(table.c.id == oldest.scalar_subquery(), free)
            .values(leased_until=now + LEASE_SECONDS)
            .returning(table.c.id, table.c.customer, table.c.asked_at, table.c.request)
        )

        def work(connection: Connection) -> MailRequest | None:
            row = connection.execute(leasing).first()
            return MailRequest(*row) if row else None

        if await self._database.read(lambda connection: connection.scalar(oldest)) is None:
            return None
        return await self._database.write(work)

    async def drop(self, key: str) -> None:
        """Delete a request that was decided about."""
        gone = delete(mail_requests).where(mail_requests.c.id == key)
        await self._database.write(lambda connection: connection.execute(gone))

    async def forget(self, customer: str) -> None:
        """Delete the requests for a customer."""
        gone = delete(mail_requests).where(mail_requests.c.customer == customer)
        await self._database.write(lambda connection: connection.execute(gone))


def mark_requeued(connection: Connection, key: str, requeue: Callable[[], object]) -> bool:
    """Call `requeue` unless the request has had that effect already; return whether it has now."""
    here = mail_requests.c.id == key
    if connection.scalar(select(mail_requests.c.requeued).where(here)):
        return True
    if requeue() is None:
        return False
    connection.execute(update(mail_requests).where(here).values(requeued=True))
    return True
