"""Compares the rules' verdict on a link with Stripe's decision.

Where they differ it is counted and shown, so that the rules can be corrected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Refused
from bot.portal.rules import ActionVerdict, Explanation, Finding, Scope, Severity, Verdict

IN_THE_WAY = frozenset({Severity.BLOCK, Severity.MAYBE})
"""Severities of findings that block a link, or may block it."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A difference between the rules and Stripe.

    `rules` is what the rules said, `stripe_allowed` whether Stripe made the link. `missed` is the rule that
    Stripe's message stands for and that was not among the findings, None when the message is not a known one.
    """

    rules: Verdict
    stripe_allowed: bool
    missed: str | None = None


def judged(explanation: Explanation, scopes: Sequence[Scope]) -> ActionVerdict:
    """Return the rules' verdict on a link, from the findings about its session and about `scopes`."""
    findings: list[Finding] = []
    for scope in (Scope.SESSION, *scopes):
        findings.extend(each for each in explanation[scope].findings if each not in findings)
    return ActionVerdict.of(findings)


def compared(verdict: ActionVerdict, refused: Refused | None) -> Disagreement | None:
    """Compare the rules' verdict with Stripe's decision; `refused` is Stripe's refusal, None for a link.

    Return None when they agree, and when the rules said that Stripe may refuse.
    """
    if refused is None:
        blocked = verdict.verdict is Verdict.BLOCKED
        return Disagreement(verdict.verdict, stripe_allowed=True) if blocked else None
    named = refused.facts.get("rule")
    missed = str(named) if named and named not in _rules(verdict) else None
    if verdict.verdict is Verdict.ALLOWED or missed:
        return Disagreement(verdict.verdict, stripe_allowed=False, missed=missed)
    return None


def in_the_way(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that block the link, or may block it."""
    return tuple(each for each in findings if each.severity in IN_THE_WAY)


def _rules(verdict: ActionVerdict) -> frozenset[str]:
    return frozenset(each.rule for each in in_the_way(verdict.findings))
