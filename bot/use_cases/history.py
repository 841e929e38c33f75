"""The command `history`: who did what, when and for whom; and the recent customers of the App Home."""

from bot.store.audit import AuditEntry, AuditTrail
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.customer_names import CustomerNames
from bot.use_cases.results import History

MOST_ENTRIES = 10
MOST_RECENT = 50


class HistoryReader:
    """Reads the newest entries of the audit trail."""

    def __init__(self, account: StripeAccount, audit: AuditTrail) -> None:
        self._account = account
        self._audit = audit
        self._names = CustomerNames(account.gateway)

    async def answer(self, context: CommandContext) -> History:
        """Return the newest entries, of one customer when the command names one. Raises Refused."""
        if not context.command.subject:
            entries = await self._audit.history(limit=MOST_ENTRIES)
            return History(entries, None, await self._names.of(each.customer for each in entries))
        found = await self._account.find(context)
        entries = await self._audit.history(customer=found.customer.id, limit=MOST_ENTRIES)
        customer = found.customer
        return History(entries, customer.id, {customer.id: customer.name or customer.email or ""})

    async def recent(self, actor: str) -> History:
        """Return the last thing that a person did for each customer, newest first. Raises Unavailable."""
        entries = await self._audit.history(actor=actor, limit=MOST_RECENT)
        last: dict[str, AuditEntry] = {}
        for entry in entries:
            if entry.customer:
                last.setdefault(entry.customer, entry)
        shown = tuple(last.values())[:MOST_ENTRIES]
        return History(shown, None, await self._names.of(each.customer for each in shown))
