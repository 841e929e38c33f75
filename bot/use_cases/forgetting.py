"""`portalbot forget`: erase one customer's personal data, everywhere we have put it.

Slack messages go first: once the rows are gone nobody knows any more where they stand. When one cannot be
deleted, nothing is erased, so that the same command can be given again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.alerts.rows.retention import PostedMessage, forget_alerts, traces_of
from bot.errors import Unavailable
from bot.mail.rows import Mails
from bot.store.audit import AuditEntry, AuditTrail
from bot.store.database import Database
from bot.store.retention import forget_customer

DeleteMessage = Callable[[PostedMessage], Awaitable[bool]]
"""Deletes a message of ours in Slack; True also when it is not there any more."""
DropJobs = Callable[[Sequence[str]], Awaitable[None]]
"""Deletes the engine's record of jobs, by their keys."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased: audit lines emptied, alerts, mails and Slack messages deleted."""

    customer: str
    audit_lines: int
    alerts: int
    mails: int
    messages: int


class Forgetting:
    """Erases."""

    def __init__(
        self, database: Database, audit: AuditTrail, delete_message: DeleteMessage | None, drop_jobs: DropJobs
    ) -> None:
        """Without `delete_message` what stands in Slack stays there."""
        self._database = database
        self._audit = audit
        self._delete_message = delete_message
        self._drop_jobs = drop_jobs

    async def forget(self, customer: str, *, actor: str, now: int, livemode: bool) -> Forgotten:
        """Erase the customer (`cus_…`).

        Raises:
            Unavailable: "messages_not_deleted" (fact `count`) when Slack would not delete some of them, or
                when the database does not answer; then nothing has been erased, or not everything.
        """
        traces = await traces_of(self._database, customer)
        mails = Mails(self._database)
        jobs = (*traces.jobs, *await mails.jobs_of(customer))
        messages = await self._delete(traces.messages)
        await self._drop_jobs(jobs)
        erased_alerts = await forget_alerts(self._database, customer)
        erased_mails = await mails.forget(customer)
        lines = await forget_customer(self._database, customer, now)
        entry = AuditEntry(
            at=now, actor=actor, role="cli", verb="forget", outcome="answered", livemode=livemode
        )
        await self._audit.write(entry)
        return Forgotten(customer, lines, erased_alerts, erased_mails, messages)

    async def _delete(self, messages: Sequence[PostedMessage]) -> int:
        if self._delete_message is None:
            return 0
        kept = [each for each in messages if not await self._delete_message(each)]
        if kept:
            raise Unavailable("messages_not_deleted", count=len(kept), retry=True)
        return len(messages)
