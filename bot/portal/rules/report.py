"""The object that `why --json` prints, word for word as the contract names its keys."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypedDict

from bot.portal.rules.finding import ACTIONS, ActionVerdict, Fact, Finding, Scope
from bot.portal.rules.question import Explanation

Words = Callable[[Finding], tuple[str, str]]
"""Gives the explanation and the remedy of a finding."""


class FindingReport(TypedDict):
    """One finding with its words."""

    rule: str
    severity: str
    status: str
    evidence: dict[str, Fact | list[Fact]]
    explanation: str
    remedy: str
    source: str


class VerdictReport(TypedDict):
    """The worst of the findings, and the findings."""

    verdict: str
    findings: list[FindingReport]


class SubscriptionReport(TypedDict):
    """What can be done to one subscription; the keys of `actions` are those of the contract."""

    id: str
    actions: dict[str, VerdictReport]


class WhyReport(TypedDict):
    """The whole answer."""

    customer: str
    livemode: bool | None
    configuration: str | None
    subscriptions: list[SubscriptionReport]
    session: VerdictReport
    login_link: VerdictReport
    payment_method: VerdictReport
    details: VerdictReport
    invoices: VerdictReport
    configuration_findings: VerdictReport


def why_report(explanations: Sequence[Explanation], words: Words) -> WhyReport:
    """Put the answers for one customer into one object; all of them have the same customer.

    For a customer without subscriptions, pass the one explanation that was made without a subscription.
    Raises ValueError when there is no explanation at all.
    """
    if not explanations:
        raise ValueError("nothing was explained")
    first = explanations[0]

    def around(scope: Scope) -> VerdictReport:
        return verdict_report(merged(explanations, scope), words)

    return WhyReport(
        customer=first.customer,
        livemode=first.livemode,
        configuration=first.configuration,
        subscriptions=[
            _subscription(each, each.subscription, words) for each in explanations if each.subscription
        ],
        session=around(Scope.SESSION),
        login_link=around(Scope.LOGIN_LINK),
        payment_method=around(Scope.PAYMENT_METHOD),
        details=around(Scope.DETAILS),
        invoices=around(Scope.INVOICES),
        configuration_findings=around(Scope.CONFIGURATION),
    )


def merged(explanations: Iterable[Explanation], scope: Scope) -> ActionVerdict:
    """Join what several explanations say about one scope; the same finding counts once."""
    told: list[Finding] = []
    for explanation in explanations:
        told.extend(finding for finding in explanation[scope].findings if finding not in told)
    return ActionVerdict.of(told)


def verdict_report(verdict: ActionVerdict, words: Words) -> VerdictReport:
    """Write out one verdict."""
    return VerdictReport(
        verdict=verdict.verdict.value,
        findings=[finding_report(finding, words) for finding in verdict.findings],
    )


def finding_report(finding: Finding, words: Words) -> FindingReport:
    """Write out one finding, as refusals of `link --json` do too."""
    explanation, remedy = words(finding)
    return FindingReport(
        rule=finding.rule,
        severity=finding.severity.value,
        status=finding.status.value,
        evidence={name: _plain(value) for name, value in finding.evidence.items()},
        explanation=explanation,
        remedy=remedy,
        source=finding.source,
    )


def _plain(value: Fact | Sequence[Fact]) -> Fact | list[Fact]:
    return value if value is None or isinstance(value, str | int) else list(value)


def _subscription(explanation: Explanation, identifier: str, words: Words) -> SubscriptionReport:
    actions = {action.value: verdict_report(explanation[action], words) for action in ACTIONS}
    return SubscriptionReport(id=identifier, actions=actions)
