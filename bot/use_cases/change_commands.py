"""What people press and type about changes of settings; a refusal is in the audit trail too."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import KW_ONLY, dataclass

from bot.changes.change import Change, ChangePlace
from bot.changes.rows import ChangeRows
from bot.durations import Clock
from bot.errors import BadUsage, NotFound, Refused, Unavailable
from bot.portal.configuring.reading import read_assignments
from bot.store.audit import AuditEntry, AuditTrail
from bot.use_cases.change_requests import ChangeRequests
from bot.use_cases.configuration_changes import ConfigurationChanges, Proposal, audit_line
from bot.use_cases.person import Person

LONGEST_REASON = 500
"""Characters that are kept of what was typed."""


@dataclass(eq=False, repr=False)
class ChangeCommands:
    """Passes answers and typed settings on."""

    requests: ChangeRequests
    changes: ConfigurationChanges
    rows: ChangeRows
    audit: AuditTrail
    clock: Clock
    _: KW_ONLY
    livemode: bool

    async def answer(self, name: str, number: int, person: Person, place: ChangePlace) -> Change:
        """Take what was pressed on a change: approve, decline, withdraw or undo. Raises Refused."""
        answers: dict[str, Callable[[], Awaitable[Change]]] = {
            "approve": lambda: self.requests.approve(number, person),
            "decline": lambda: self.requests.decline(number, person),
            "withdraw": lambda: self.requests.withdraw(number, person),
            "undo": lambda: self.requests.undo(number, person, place),
        }
        if name not in answers:
            raise BadUsage("old_button")
        try:
            return await answers[name]()
        except (Unavailable, NotFound):
            raise
        except Refused as refused:
            change = await self.rows.get(number)
            reason = audit_line(change, self.clock(), name).reason
            await self._note(person, f"{name}: {reason}", refused, customer=change.customer)
            raise

    async def propose(self, asked: str, words: Sequence[str], person: Person) -> Proposal:
        """Read `<path>=<value>` each, and check them against the configuration. Raises Refused."""
        try:
            return await self.changes.propose(asked, read_assignments(words))
        except Unavailable:
            raise
        except Refused as refused:
            await self._note(person, " ".join([asked, *words])[:LONGEST_REASON], refused)
            raise

    async def _note(
        self, person: Person, reason: str, refused: Refused, *, customer: str | None = None
    ) -> None:
        line = AuditEntry(
            at=self.clock(),
            actor=person.id,
            role="cli" if person.id.startswith("cli:") else None,
            verb="config",
            outcome="refused",
            livemode=self.livemode,
            customer=customer,
            channel=person.channel,
            reason=reason,
            code=refused.code,
            request_key=f"{person.request_key}:refused" if person.request_key else None,
        )
        await self.audit.write(line)
