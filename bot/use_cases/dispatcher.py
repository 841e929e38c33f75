"""The dispatcher: authorises every command, has its use case do it, and writes the audit trail."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import partial

from sqlalchemy import Connection

from bot.check import Checkup
from bot.commands.command import Command
from bot.commands.verbs import VERBS, UseCase
from bot.durations import Clock
from bot.errors import Refused
from bot.logs import get_log
from bot.metrics import Metrics
from bot.outcomes.links import IssuedLink
from bot.outcomes.rows import add_link
from bot.portal.candidates import Ambiguous, SeveralSubscriptions
from bot.portal.link_request import Flow
from bot.portal.prices import SeveralPrices
from bot.portal.products.product_lookup import SeveralProducts
from bot.store.audit import AuditEntry, AuditTrail, add_line
from bot.store.database import Along
from bot.use_cases.alert_list import AlertList
from bot.use_cases.context import CommandContext, MailForm, Watch
from bot.use_cases.disagreement import Disagreement
from bot.use_cases.link_planner import flow_of
from bot.use_cases.oncall import OnCallView
from bot.use_cases.page import PageRaised
from bot.use_cases.person import Person
from bot.use_cases.results import (
    ConfigurationCopied,
    ConfigurationSurvey,
    CustomerCard,
    History,
    InvoiceList,
    LinkMade,
    LinkRefused,
    MailPreview,
    MailQueued,
    Passcode,
    ProductView,
    SetupSurvey,
    Why,
)

Result = (
    CustomerCard
    | LinkMade
    | Why
    | InvoiceList
    | Passcode
    | ConfigurationCopied
    | ConfigurationSurvey
    | ProductView
    | SetupSurvey
    | History
    | Checkup
    | OnCallView
    | PageRaised
    | AlertList
    | MailPreview
    | MailQueued
)
Answer = Callable[[CommandContext], Awaitable[Result]]
"""Does a command. Raises Refused."""
OnDisagreement = Callable[[str, Disagreement], Awaitable[None]]
"""Called with the verb's name when Stripe contradicted the rules. It must not raise."""
KeepResponseUrl = Callable[[str, str | None, int], None]
"""Called with a link's session, the response URL of its request, and when that was sent (Unix seconds)."""
NOT_DISPATCHED = frozenset({UseCase.HELP})
"""Use cases that have no answer here: `help` asks neither Stripe nor the database."""

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class Dispatcher:
    """Gives each command to its use case."""

    answers: Mapping[UseCase, Answer]
    _: KW_ONLY
    audit: AuditTrail
    keep_response_url: KeepResponseUrl
    metrics: Metrics
    livemode: bool
    on_disagreement: OnDisagreement
    clock: Clock

    def __post_init__(self) -> None:
        """Raise ValueError when a verb's use case has no answer."""
        missing = {verb.use_case for verb in VERBS} - self.answers.keys() - NOT_DISPATCHED
        if missing:
            raise ValueError(f"nobody answers {', '.join(sorted(missing))}")

    async def do(
        self,
        command: Command,
        person: Person,
        watch: Watch | None = None,
        form: MailForm | None = None,
        stored: Callable[[], None] = lambda: None,
    ) -> Result:
        """Do a command and return its result.

        `watch` is called with the answers of `why` as they come; `form` is for mails; `stored` is called once
        what it changes is stored together with its audit line, by the commands that do so in one transaction.
        Raises Refused, which is in the audit trail too. A live link is refused when its audit line cannot be
        written.
        """
        started = time.monotonic()

        def noted(connection: Connection, _result: object) -> None:
            add_line(connection, self._entry(context, "answered", None, _milliseconds_since(started)))

        def committed() -> None:
            context.stored = True
            stored()

        context = CommandContext(command, person, along=Along(noted, committed), watch=watch, form=form)
        outcome, code = "failed", None
        made: LinkMade | None = None
        try:
            context.role = await person.authorise(command.verb.name or "card")
            result = await self.answers[command.verb.use_case](context)
            outcome = "issued" if isinstance(result, LinkMade | MailQueued) else "answered"
            made = result if isinstance(result, LinkMade) else None
        except (Ambiguous, SeveralPrices, SeveralProducts, SeveralSubscriptions) as several:
            outcome, code = "choice", several.code
            raise
        except Refused as refused:
            outcome, code = "refused", refused.code
            if isinstance(refused, LinkRefused):
                await self._tell_disagreement(context, refused.disagreement)
            raise
        finally:
            entry = self._entry(context, outcome, code, _milliseconds_since(started))
            self._count(entry, time.monotonic() - started)
            if command.verb.audited and not context.stored:
                await self._keep(entry, made, context)
        if made is not None:
            await self._tell_disagreement(context, made.disagreement)
        return result

    def _count(self, entry: AuditEntry, seconds: float) -> None:
        """Log and count a command, whether it has an audit line or not."""
        verb, outcome = entry.verb, entry.outcome
        _log.info("command", verb=verb, outcome=outcome, code=entry.code, milliseconds=entry.duration_ms)
        self.metrics.commands.labels(verb=verb, outcome=outcome).inc()
        self.metrics.answer_seconds.labels(verb=verb).observe(seconds)

    async def _keep(self, entry: AuditEntry, made: LinkMade | None, context: CommandContext) -> None:
        """Write the audit line; with a link also what its agent hears of it later depends on."""
        if made is None:
            await self.audit.write(entry)
            return
        link = _issued(made, context)
        await self.audit.write(entry, partial(add_link, link=link))
        self.keep_response_url(link.id, context.person.response_url, context.person.asked_at)

    async def _tell_disagreement(self, context: CommandContext, disagreement: Disagreement | None) -> None:
        if disagreement is not None:
            self.metrics.rules_disagreements.labels(flow=flow_of(context).value).inc()
            await self.on_disagreement(context.command.verb.name, disagreement)

    def _entry(
        self, context: CommandContext, outcome: str, code: str | None, milliseconds: int
    ) -> AuditEntry:
        return AuditEntry(
            at=self.clock(),
            actor=context.person.id,
            role=context.role,
            verb=context.command.verb.name or "card",
            customer=context.customer,
            subscription=context.subscription,
            flow=_flow_name(context.command.verb.flow),
            session=context.session,
            configuration=context.configuration,
            channel=context.person.channel,
            reason=", ".join(filter(None, (context.command.option("for"), context.did))) or None,
            outcome=outcome,
            code=code,
            duration_ms=milliseconds,
            livemode=self.livemode,
            request_key=context.person.request_key,
        )


def _milliseconds_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def _issued(made: LinkMade, context: CommandContext) -> IssuedLink:
    """Return what is kept of a link, so that its agent hears what came of it."""
    link = made.link
    return IssuedLink(
        id=link.session,
        at=link.created,
        customer=link.customer or link.customer_account or context.customer or "",
        actor=context.person.id,
        verb=context.command.verb.name,
        livemode=link.livemode,
        recovers=link.recover_until is not None or context.command.option("recover") is not None,
        place=context.person.answers_to,
    )


def _flow_name(flow: Flow | None) -> str | None:
    """Return Stripe's name of the flow; None for a session that opens the whole portal."""
    return None if flow is None or flow is Flow.HOME else flow.value
