"""Builds the dispatcher: which use case answers what people ask."""

from bot.check import Checkup
from bot.commands.verbs import UseCase
from bot.health.anomalies import Anomalies
from bot.health.doctor import Doctor
from bot.outcomes.rows import OutcomeRows
from bot.process.oncall import make_paging
from bot.process.services import Services
from bot.use_cases.card import CardReader
from bot.use_cases.context import CommandContext
from bot.use_cases.disagreement import Disagreement
from bot.use_cases.dispatcher import Answer, Dispatcher, OnDisagreement
from bot.use_cases.invoices import InvoiceReader
from bot.use_cases.passcode import PasscodeDiagnosis
from bot.use_cases.product import ProductReader
from bot.use_cases.why import WhyExplainer


def make_dispatcher(services: Services) -> Dispatcher:
    """Return it, with an answer to every verb."""
    account, clock = services.account, services.clock.whole
    answers: dict[UseCase, Answer] = {
        UseCase.CARD: CardReader(account, services.mails, OutcomeRows(services.database), clock).answer,
        UseCase.LINK: services.links.answer,
        UseCase.WHY: WhyExplainer(account, clock).answer,
        UseCase.INVOICES: InvoiceReader(account).answer,
        UseCase.EMAIL: services.mail.answer,
        UseCase.PASSCODE: PasscodeDiagnosis(account).answer,
        UseCase.CONFIGURATIONS: services.configurations.answer,
        UseCase.SETUP: services.setup.answer,
        UseCase.PRODUCT: ProductReader(account).answer,
        UseCase.HISTORY: services.history.answer,
        UseCase.ONCALL: services.on_call.commands.answer,
        UseCase.ALERTS: services.open_alerts.answer,
        UseCase.PAGE: make_paging(account, services.on_call, services.slack, clock).answer,
        UseCase.DOCTOR: _answer_with(services.doctor),
    }
    return Dispatcher(
        answers,
        audit=services.audit,
        keep_response_url=services.response_urls.keep,
        metrics=services.metrics,
        livemode=account.livemode,
        on_disagreement=_report_to(services.anomalies),
        clock=clock,
    )


def _answer_with(doctor: Doctor) -> Answer:
    async def answer(_context: CommandContext) -> Checkup:
        return await doctor.examine()

    return answer


def _report_to(anomalies: Anomalies) -> OnDisagreement:
    async def report(verb: str, disagreement: Disagreement) -> None:
        await anomalies.report_disagreement(
            verb, disagreement.missed, stripe_allowed=disagreement.stripe_allowed
        )

    return report
