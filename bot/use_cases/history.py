"""The command `history`: who did what, when and for whom; and the recent customers of the App Home."""

from bot.store.audit import AuditEntry, AuditTrail
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.results import History

MOST_ENTRIES = 10


class HistoryReader:
    """Reads the newest entries of the audit trail."""

    def __init__(self, account: StripeAccount, audit: AuditTrail) -> None:
        self._account = account
        self._audit = audit

    async def answer(self, context: CommandContext) -> History:
        """Return the newest entries, of one customer when the command names one. Raises Refused."""
        if not context.command.subject:
            return History(await self._audit.history(limit=MOST_ENTRIES), None)
        found = await self._account.find(context)
        entries = await self._audit.history(customer=found.customer.id, limit=MOST_ENTRIES)
        return History(entries, found.customer.id)

    async def recent(self, actor: str) -> tuple[AuditEntry, ...]:
        """Return one person's newest entries that are about a customer. Raises Unavailable."""
        entries = await self._audit.history(actor=actor, limit=MOST_ENTRIES)
        return tuple(entry for entry in entries if entry.customer)
