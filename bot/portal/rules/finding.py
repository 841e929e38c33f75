"""What a rule answers with, and how the answers add up to a verdict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.portal.models import Price

Fact = str | int | bool | None
Evidence = Mapping[str, Fact | Sequence[Fact]]
"""Ids and field values that made a rule fire; integers are Unix seconds or smallest currency units."""


class Severity(StrEnum):
    """How much a finding stands in the way, worst first."""

    BLOCK = "block"
    MAYBE = "maybe"
    WARN = "warn"
    INFO = "info"


class Status(StrEnum):
    """How sure we are: Stripe says so, others saw it, it follows, or nobody knows."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"


class Verdict(StrEnum):
    """What a list of findings comes to; `warn` and `info` leave an action allowed."""

    BLOCKED = "blocked"
    MAYBE = "maybe"
    ALLOWED = "allowed"


class Scope(StrEnum):
    """What a finding is about; the values are the keys of `why --json`."""

    UPDATE = "update"
    CANCEL = "cancel"
    PAUSE = "pause"
    SWITCH = "switch"
    QUANTITY = "quantity"
    SESSION = "session"
    LOGIN_LINK = "login_link"
    PAYMENT_METHOD = "payment_method"
    DETAILS = "details"
    INVOICES = "invoices"
    CONFIGURATION = "configuration_findings"


ACTIONS = (Scope.UPDATE, Scope.CANCEL, Scope.PAUSE, Scope.SWITCH, Scope.QUANTITY)
"""What can be done to one subscription."""

UPDATES = (Scope.UPDATE, Scope.SWITCH, Scope.QUANTITY)
"""Changing the plan (`switch`), changing the quantity, and `update`: what stops both."""

AROUND = tuple(scope for scope in Scope if scope not in ACTIONS)
"""What does not belong to one subscription."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired. `words` is its key in `messages/findings.yaml`.

    `named` has the prices that the evidence names by id; a product's id leads to one of its prices.
    """

    rule: str
    severity: Severity
    status: Status
    evidence: Evidence
    source: str
    words: str
    named: Mapping[str, Price] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class ActionVerdict:
    """The findings about one scope, in the order that helps, and what they come to."""

    verdict: Verdict = Verdict.ALLOWED
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "ActionVerdict":
        """The worst finding decides."""
        kept = tuple(findings)
        if not kept:
            return NOTHING_FOUND
        severities = {finding.severity for finding in kept}
        if Severity.BLOCK in severities:
            return cls(Verdict.BLOCKED, kept)
        return cls(Verdict.MAYBE if Severity.MAYBE in severities else Verdict.ALLOWED, kept)


NOTHING_FOUND = ActionVerdict()
