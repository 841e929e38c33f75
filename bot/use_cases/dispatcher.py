"""The desk: every command comes in here, is authorised, done and written to the audit trail."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.check import Checkup
from bot.commands.command import Command
from bot.errors import BadUsage, Refused, Unavailable
from bot.health.doctor import Doctor
from bot.mail.mail import Mail
from bot.mail.rows import Mails
from bot.metrics import Metrics
from bot.portal.link_request import Flow
from bot.portal.lookup import Ambiguous, SeveralSubscriptions
from bot.portal.prices import SeveralPrices
from bot.store.audit import AuditEntry, AuditTrail
from bot.store.audit_writer import AuditWriter
from bot.use_cases.alert_list import AlertList
from bot.use_cases.card import customer_card
from bot.use_cases.configuration_survey import ConfigurationReader
from bot.use_cases.context import CommandContext, MailForm, Watch
from bot.use_cases.disagreement import Disagreement
from bot.use_cases.link_maker import LinkMaker
from bot.use_cases.oncall import OnCallView
from bot.use_cases.passcode import PasscodeDiagnosis, read_address
from bot.use_cases.person import Person
from bot.use_cases.results import (
    ConfigurationSurvey,
    CustomerCard,
    Explained,
    History,
    LinkMade,
    MailPreview,
    MailQueued,
    Passcode,
    Why,
)
from bot.use_cases.sources import Sources
from bot.use_cases.why import WhyExplainer, read_asked

Result = (
    CustomerCard
    | LinkMade
    | Why
    | Passcode
    | ConfigurationSurvey
    | History
    | Checkup
    | OnCallView
    | AlertList
    | MailPreview
    | MailQueued
)
OnDisagreement = Callable[[str, Disagreement], Awaitable[None]]
"""Told the verb and what Stripe did."""
UNWRITTEN = frozenset({"help", "doctor", "history", "config"})
"""Verbs that touch no customer; nothing about them is written."""
MOST_ENTRIES = 10


class Dispatcher:
    """Does what people ask for."""

    def __init__(
        self,
        *,
        sources: Sources,
        links: LinkMaker,
        audit: AuditTrail,
        trail: AuditWriter,
        doctor: Doctor,
        metrics: Metrics,
        clock: Callable[[], int],
        mails: Mails,
    ) -> None:
        """`clock` gives Unix seconds."""
        self._sources = sources
        self._links = links
        self._why = WhyExplainer(sources, clock)
        self._passcode = PasscodeDiagnosis(sources)
        self._survey = ConfigurationReader(sources)
        self._audit = audit
        self._trail = trail
        self._doctor = doctor
        self._metrics = metrics
        self._mails = mails
        self._clock = clock
        self._on_disagreement: OnDisagreement | None = None
        self._work: Mapping[str, Callable[[CommandContext], Awaitable[Result]]] = {
            "": self._card,
            "why": self._explain,
            "passcode": self._examine_passcode,
            "config": self._show_configurations,
            "history": self._history,
            "doctor": self._examine,
        }

    def also(self, work: Mapping[str, Callable[[CommandContext], Awaitable[Result]]]) -> None:
        """Take on verbs that only some processes can do: those about alerts need Slack."""
        self._work = {**self._work, **work}

    def tell_disagreements(self, listener: OnDisagreement) -> None:
        """Have somebody told whenever Stripe decides otherwise than the rules; it must not raise."""
        self._on_disagreement = listener

    async def do(
        self, command: Command, person: Person, watch: Watch | None = None, form: MailForm | None = None
    ) -> Result:
        """Do one command. `watch` is told the answers of `why` as they come; `form` is for mails.

        Raises Refused with the reason; that, too, is in the audit trail. A live link is refused when its
        audit line cannot be written.
        """
        context = CommandContext(command, person, watch=watch, form=form)
        started = time.monotonic()
        outcome, code = "failed", None
        try:
            context.role = await person.authorise(command.verb.name or "card")
            result = await self._do(context)
            outcome = "issued" if isinstance(result, LinkMade | MailQueued) else "answered"
        except (Ambiguous, SeveralPrices, SeveralSubscriptions) as several:
            outcome, code = "choice", several.code
            raise
        except Refused as refused:
            outcome, code = "refused", refused.code
            if isinstance(refused, Explained):
                await self._tell_disagreement(context, refused.disagreement)
            raise
        finally:
            seconds = time.monotonic() - started
            self._metrics.commands.labels(verb=command.verb.name or "card", outcome=outcome).inc()
            self._metrics.answer_seconds.labels(verb=command.verb.name or "card").observe(seconds)
            await self._write_down(context, outcome, code, int(seconds * 1000))
        if isinstance(result, LinkMade):
            await self._tell_disagreement(context, result.disagreement)
        return result

    async def _tell_disagreement(self, context: CommandContext, disagreement: Disagreement | None) -> None:
        if disagreement is not None and self._on_disagreement is not None:
            await self._on_disagreement(context.command.verb.name, disagreement)

    async def recent(self, actor: str, limit: int) -> tuple[AuditEntry, ...]:
        """The newest audit lines of one person that are about a customer."""
        entries = await self._audit.history(actor=actor, limit=limit)
        return tuple(entry for entry in entries if entry.customer)

    async def _do(self, context: CommandContext) -> Result:
        verb = context.command.verb
        if verb.flow is not None:
            options = self._links.check(context)
            return await self._links.make(context, await self._sources.find(context), options)
        work = self._work.get(verb.name)
        if work is None:
            raise BadUsage("planned_verb", verb=verb.name)
        return await work(context)

    async def _explain(self, context: CommandContext) -> Why:
        asked = read_asked(context, self._sources.configurations)
        return await self._why.answer(context, await self._sources.find(context), asked)

    async def _show_configurations(self, context: CommandContext) -> ConfigurationSurvey:
        return await self._survey.survey(context.command.subject)

    async def _examine(self, _case: CommandContext) -> Checkup:
        return await self._doctor.examine()

    async def _card(self, context: CommandContext) -> CustomerCard:
        found = await self._sources.find(context)
        card = await customer_card(found, self._sources, now=self._clock())
        return replace(card, mails=await self._mails_to(found.customer.id))

    async def _mails_to(self, customer: str) -> tuple[Mail, ...]:
        try:
            return await self._mails.of_customer(customer)
        except Unavailable:  # the card is about more than mails
            return ()

    async def _examine_passcode(self, context: CommandContext) -> Passcode:
        found = await self._passcode.examine(read_address(context.command.subject))
        context.customer = found.opens or next((each.id for each in found.customers), None)
        return found

    async def _history(self, context: CommandContext) -> History:
        if not context.command.subject:
            return History(await self._audit.history(limit=MOST_ENTRIES), None)
        found = await self._sources.find(context)
        entries = await self._audit.history(customer=found.customer.id, limit=MOST_ENTRIES)
        return History(entries, found.customer.id)

    async def _write_down(
        self, context: CommandContext, outcome: str, code: str | None, milliseconds: int
    ) -> None:
        if context.command.verb.name in UNWRITTEN:
            return
        entry = AuditEntry(
            at=self._clock(),
            actor=context.person.id,
            role=context.role,
            verb=context.command.verb.name or "card",
            customer=context.customer,
            subscription=context.subscription,
            flow=_flow_name(context.command.verb.flow),
            session=context.session,
            channel=context.person.channel,
            reason=", ".join(filter(None, (context.command.option("for"), context.did))) or None,
            outcome=outcome,
            code=code,
            duration_ms=milliseconds,
            livemode=self._sources.gateway.livemode,
            request_key=context.person.request_key,
        )
        await self._trail.write(entry)


def _flow_name(flow: Flow | None) -> str | None:
    """Stripe's name of the flow; a session of the whole portal has none."""
    return None if flow is None or flow is Flow.HOME else flow.value
