"""The desk: every command comes in here, is authorised, done and written to the audit trail."""

import time
from collections.abc import Callable

from bot.command import Command
from bot.errors import BadUsage, Refused, Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.portal.configurations import Configurations
from bot.portal.found import Found
from bot.portal.link_request import Flow
from bot.portal.lookup import Ambiguous, Lookup, SeveralSubscriptions, read_pasted
from bot.portal.prices import SeveralPrices
from bot.portal.stripe_access import StripeGateway
from bot.store.audit import AuditEntry, AuditTrail
from bot.use_cases.card import customer_card
from bot.use_cases.case import Case
from bot.use_cases.checkup import Doctor
from bot.use_cases.link_maker import LinkMaker
from bot.use_cases.person import Person
from bot.use_cases.results import Checkup, CustomerCard, History, LinkMade

Result = CustomerCard | LinkMade | History | Checkup
UNWRITTEN = frozenset({"help", "doctor", "history"})
"""Verbs that touch no customer; nothing about them is written."""
MOST_ENTRIES = 10

_log = get_log(__name__)


class Desk:
    """Does what people ask for."""

    def __init__(
        self,
        *,
        gateway: StripeGateway,
        lookup: Lookup,
        configurations: Configurations,
        links: LinkMaker,
        audit: AuditTrail,
        doctor: Doctor,
        metrics: Metrics,
        clock: Callable[[], int],
    ) -> None:
        """`clock` gives Unix seconds."""
        self._gateway = gateway
        self._lookup = lookup
        self._configurations = configurations
        self._links = links
        self._audit = audit
        self._doctor = doctor
        self._metrics = metrics
        self._clock = clock

    async def do(self, command: Command, person: Person) -> Result:
        """Do one command.

        Raises Refused with the reason; that, too, is in the audit trail. A live link is refused when its
        audit line cannot be written.
        """
        case = Case(command, person)
        started = time.monotonic()
        outcome, code = "failed", None
        try:
            case.role = await person.authorise(command.verb.name or "card")
            result = await self._do(case)
            outcome = "issued" if isinstance(result, LinkMade) else "answered"
        except (Ambiguous, SeveralPrices, SeveralSubscriptions) as several:
            outcome, code = "choice", several.code
            raise
        except Refused as refused:
            outcome, code = "refused", refused.code
            raise
        finally:
            seconds = time.monotonic() - started
            self._metrics.commands.labels(verb=command.verb.name or "card", outcome=outcome).inc()
            self._metrics.answer_seconds.labels(verb=command.verb.name or "card").observe(seconds)
            await self._write_down(case, outcome, code, int(seconds * 1000))
        return result

    async def recent(self, actor: str, limit: int) -> tuple[AuditEntry, ...]:
        """The newest audit lines of one person that are about a customer."""
        entries = await self._audit.history(actor=actor, limit=limit)
        return tuple(entry for entry in entries if entry.customer)

    async def find(self, case: Case) -> Found:
        """Look up whom the command is about. Raises Refused."""
        found = await self._lookup.find(read_pasted(case.command.subject))
        found = await self._lookup.completed(found)
        case.about(found)
        return found

    async def _do(self, case: Case) -> Result:
        verb = case.command.verb
        if verb.flow is not None:
            options = self._links.check(case)
            return await self._links.make(case, await self.find(case), options)
        match verb.name:
            case "":
                return await self._card(case)
            case "history":
                return await self._history(case)
            case "doctor":
                return await self._doctor.examine()
        raise BadUsage("planned_verb", verb=verb.name)

    async def _card(self, case: Case) -> CustomerCard:
        found = await self.find(case)
        return await customer_card(
            found,
            self._lookup,
            self._configurations,
            livemode=self._gateway.livemode,
            now=self._clock(),
        )

    async def _history(self, case: Case) -> History:
        if not case.command.subject:
            return History(await self._audit.history(limit=MOST_ENTRIES), None)
        found = await self.find(case)
        entries = await self._audit.history(customer=found.customer.id, limit=MOST_ENTRIES)
        return History(entries, found.customer.id)

    async def _write_down(self, case: Case, outcome: str, code: str | None, milliseconds: int) -> None:
        if case.command.verb.name in UNWRITTEN:
            return
        entry = AuditEntry(
            at=self._clock(),
            actor=case.person.id,
            role=case.role,
            verb=case.command.verb.name or "card",
            customer=case.customer,
            subscription=case.subscription,
            flow=_flow_name(case.command.verb.flow),
            session=case.session,
            channel=case.person.channel,
            reason=case.command.option("for"),
            outcome=outcome,
            code=code,
            duration_ms=milliseconds,
            livemode=self._gateway.livemode,
            request_key=case.person.request_key,
        )
        try:
            await self._audit.write(entry)
        except Unavailable:
            self._metrics.audit_failures.inc()
            _log.error("audit_line_lost", verb=entry.verb, outcome=outcome, actor=entry.actor)
            if outcome == "issued" and self._gateway.livemode:
                raise Unavailable("audit_unwritable", retry=True) from None


def _flow_name(flow: Flow | None) -> str | None:
    """Stripe's name of the flow; a session of the whole portal has none."""
    return None if flow is None or flow is Flow.HOME else flow.value
