"""The engine agrees with findings that were written by hand from the reference."""

from collections import Counter

import pytest

from bot.portal.rules import RULES, Explanation, Severity, explain

from .rule_case_table import Case, cases

CASES = cases()


def found(explanation: Explanation) -> dict[str, dict[str, str]]:
    return {
        scope.value: {finding.rule: finding.severity.value for finding in verdict.findings}
        for scope, verdict in explanation.verdicts.items()
        if verdict.findings
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings_are_those_written_by_hand(case: Case) -> None:
    explanation = explain(case.question)
    assert found(explanation) == case.expected
    told = {
        finding.rule: finding.evidence
        for verdict in explanation.verdicts.values()
        for finding in verdict.findings
    }
    for rule, evidence in case.evidence.items():
        assert {name: told[rule].get(name) for name in evidence} == dict(evidence)
    for scope, order in case.order.items():
        verdict = next(verdict for name, verdict in explanation.verdicts.items() if name.value == scope)
        assert [finding.rule for finding in verdict.findings] == order


def test_the_table_is_large_and_its_labels_are_unique() -> None:
    assert len(CASES) >= 500
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_rule_fires_in_some_case_and_stays_silent_in_another(rule: str) -> None:
    firing = [case for case in CASES if any(rule in rules for rules in case.expected.values())]
    assert firing
    assert len(firing) < len(CASES)


def test_every_severity_of_every_rule_is_covered() -> None:
    declared = {(rule.id, effect.severity.value) for rule in RULES for effect in rule.effects.values()}
    covered = {
        (rule, severity)
        for case in CASES
        for rules in case.expected.values()
        for rule, severity in rules.items()
    }
    assert declared - covered == set()
    assert {severity for _, severity in covered} == {severity.value for severity in Severity}
