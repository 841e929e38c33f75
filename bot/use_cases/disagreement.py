"""When Stripe decides otherwise than the rules said: counted and shown, so that rules can be corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Refused
from bot.portal.rules import ActionVerdict, Explanation, Finding, Scope, Severity, Verdict

IN_THE_WAY = frozenset({Severity.BLOCK, Severity.MAYBE})


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the rules said, and whether Stripe made the link all the same.

    `missed` is the rule that Stripe's text names and ours did not, when the text is one we know.
    """

    rules: Verdict
    stripe_allowed: bool
    missed: str | None = None


def judged(explanation: Explanation, scopes: Sequence[Scope]) -> ActionVerdict:
    """What the rules say about a link: everything about its session, then about what it is for."""
    findings: list[Finding] = []
    for scope in (Scope.SESSION, *scopes):
        findings.extend(each for each in explanation[scope].findings if each not in findings)
    return ActionVerdict.of(findings)


def compared(verdict: ActionVerdict, refused: Refused | None) -> Disagreement | None:
    """Compare the rules' verdict with Stripe's answer; None when they agree, or the rules said "may"."""
    if refused is None:
        blocked = verdict.verdict is Verdict.BLOCKED
        return Disagreement(verdict.verdict, stripe_allowed=True) if blocked else None
    named = refused.facts.get("rule")
    missed = str(named) if named and named not in _rules(verdict) else None
    if verdict.verdict is Verdict.ALLOWED or missed:
        return Disagreement(verdict.verdict, stripe_allowed=False, missed=missed)
    return None


def in_the_way(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that stand, or may stand, in the way."""
    return tuple(each for each in findings if each.severity in IN_THE_WAY)


def _rules(verdict: ActionVerdict) -> frozenset[str]:
    return frozenset(each.rule for each in in_the_way(verdict.findings))
