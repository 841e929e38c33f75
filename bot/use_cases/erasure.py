"""The command `portalbot forget`: erase a customer's personal data everywhere the bot has put it.

Slack messages are deleted first, since the rows say where they are. When one of them cannot be deleted, no
row is erased, so that the same command can be given again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.alerts.rows.retention import PostedMessage, forget_alerts, traces_of
from bot.changes.rows import ChangeRows
from bot.errors import Unavailable
from bot.mail.requests import MailRequests
from bot.mail.rows import Mails
from bot.outcomes.rows import OutcomeRows
from bot.store.audit import AuditEntry, AuditTrail
from bot.store.database import Database
from bot.store.retention import forget_customer

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
                nothing else has been erased; "forget_interrupted" when the database stopped answering, with
                how much is gone (facts `messages`, `alerts`, `mails`).
        """
        traces = await traces_of(self.database, customer)
        mails = Mails(self.database)
        jobs = (*traces.jobs, *await mails.jobs_of(customer))
        links = OutcomeRows(self.database)
        messages = await self._delete_messages((*traces.messages, *await links.messages_of(customer)))
        gone = {"alerts": 0, "mails": 0}
        try:
            await self.drop_jobs(jobs)
            gone["alerts"] = await forget_alerts(self.database, customer)
            await MailRequests(self.database).forget(customer)
            gone["mails"] = await mails.forget(customer)
            await ChangeRows(self.database).forget(customer)
            await links.forget(customer)
            lines = await forget_customer(self.database, customer, now)
        except Unavailable:
            raise Unavailable(
                "forget_interrupted",
                retry=True,
                messages=messages,
                alerts=gone["alerts"],
                mails=gone["mails"],
            ) from None
        entry = AuditEntry(
            at=now, actor=actor, role="cli", verb="forget", outcome="answered", livemode=livemode
        )
        await self.audit.write(entry)
        return Erased(customer, lines, gone["alerts"], gone["mails"], messages)

    async def _delete_messages(self, messages: Sequence[PostedMessage]) -> int:
        if self.delete_message is None:
            return 0
        kept = [each for each in messages if not await self.delete_message(each)]
        if kept:
            raise Unavailable("messages_not_deleted", count=len(kept), retry=True)
        return len(messages)
