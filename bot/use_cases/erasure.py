"""The command `portalbot forget`: erase a customer's personal data everywhere the bot has put it.

Stripe's events are emptied first, so that none of them becomes an alert in the meantime. Slack messages come
before the rows that say where they are. When one of them cannot be deleted, no row is erased, so that the
same command can be given again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.alerts.rows.retention import PostedMessage, forget_alerts, traces_of
from bot.changes.rows import ChangeRows
from bot.errors import Unavailable
from bot.mail.requests import MailRequests
from bot.mail.rows import Mails
from bot.outcomes.rows import OutcomeRows
from bot.store.audit import AuditEntry, AuditTrail
from bot.store.database import Database
from bot.store.retention import empty_events, forget_customer

DeleteMessage = Callable[[PostedMessage], Awaitable[bool]]
"""Deletes a message of the bot in Slack. Returns True also when the message was deleted already."""
DropJobs = Callable[[Sequence[str]], Awaitable[None]]
"""Deletes the engine's records of jobs, given their keys."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: audit lines that lost the person; alerts, mails and Slack messages deleted."""

    customer: str
    audit_lines: int
    alerts: int
    mails: int
    messages: int


@dataclass(eq=False, repr=False)
class CustomerEraser:
    """Erases a customer's personal data.

    Leave messages in Slack where they are when `delete_message` is None.
    """

    database: Database
    audit: AuditTrail
    delete_message: DeleteMessage | None
    drop_jobs: DropJobs

    async def erase(self, customer: str, *, actor: str, now: int, livemode: bool) -> Erased:
        """Erase the data of a customer (`cus_…`), and write an audit line about it. `now` is in Unix seconds.

        Raises:
            Unavailable: "messages_not_deleted" (fact `count`) when Slack would not delete some of them, and
                nothing but events was erased besides; "forget_interrupted" when the database stopped
                answering, with how much is gone (facts `messages`, `alerts`, `mails`).
        """
        gone: dict[str, Any] = {"messages": 0, "alerts": 0, "mails": 0}
        try:
            await empty_events(self.database, customer)
            kept = await self._delete_messages(customer, gone)
            lines = 0 if kept else await self._erase_rows(customer, now, gone)
        except Unavailable:
            raise Unavailable("forget_interrupted", retry=True, **gone) from None
        if kept:
            raise Unavailable("messages_not_deleted", count=kept, retry=True)
        entry = AuditEntry(
            at=now, actor=actor, role="cli", verb="forget", outcome="answered", livemode=livemode
        )
        await self.audit.write(entry)
        return Erased(customer, lines, **gone)

    async def _delete_messages(self, customer: str, gone: dict[str, Any]) -> int:
        """Delete what stands in Slack, then what was posted meanwhile; return how many Slack has kept."""
        deleted: set[PostedMessage] = set()
        while self.delete_message is not None:
            posted = (await traces_of(self.database, customer)).messages
            found = {*posted, *await OutcomeRows(self.database).messages_of(customer)} - deleted
            kept = [each for each in found if not await self.delete_message(each)]
            if kept or not found:
                return len(kept)
            deleted |= found
            gone["messages"] = len(deleted)
        return 0

    async def _erase_rows(self, customer: str, now: int, gone: dict[str, Any]) -> int:
        """Erase everything but events; return how many audit lines were emptied."""
        mails = Mails(self.database)
        traces = await traces_of(self.database, customer)
        await self.drop_jobs((*traces.jobs, *await mails.jobs_of(customer)))
        gone["alerts"] = await forget_alerts(self.database, customer)
        await MailRequests(self.database).forget(customer)
        gone["mails"] = await mails.forget(customer)
        await ChangeRows(self.database).forget(customer)
        await OutcomeRows(self.database).forget(customer)
        return await forget_customer(self.database, customer, now)
