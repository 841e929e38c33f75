"""Of several findings that say when or how much, only those are told that hold together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.portal.rules import (
    ACTIONS,
    MISSING_FIELD,
    RULES,
    Evidence,
    Finding,
    Scope,
    Severity,
    Status,
    explain,
)
from bot.portal.rules.agreement import PRECEDENCES, SHORTER, Precedence, agree
from bot.portal.rules.finding import UPDATES

from .rule_case_table import BASE, cases, question

Claims = Mapping[str, object]
DATES = ("effective_at", "trial_end", "period_end")

CHARGED_TODAY: Claims = {"charged today": True, "billing date": "today"}


def _price_change(held: Evidence) -> Claims:
    return {"classic": CHARGED_TODAY, "flexible": {"billing date": "stays"}}.get(
        str(held["billing_mode"]), {}
    )


def _proration(held: Evidence) -> Claims:
    if held["proration_behavior"] == "create_prorations" and held["period_end"]:
        return {"billing date": "stays", "charged today": False}
    return {"charged today": True} if held["proration_behavior"] == "always_invoice" else {}


CLAIMS: Mapping[str, Callable[[Evidence], Claims]] = {
    "CFG_SCHEDULES_CHANGE": lambda _: {"waits": True, "trial goes on": True, "charged today": False},
    "CFG_DOWNGRADE_SAME_PRODUCT": lambda _: {"waits": "perhaps"},
    "SUB_TRIAL_ENDS": lambda _: {"trial goes on": False, **CHARGED_TODAY},
    "SUB_TRIAL_CONTINUES": lambda _: {"trial goes on": True, "charged today": False},
    "CFG_ANCHOR_NOW": lambda _: CHARGED_TODAY,
    "PRICE_INTERVAL_CHANGE": _price_change,
    "PRICE_FREE_TO_PAID": _price_change,
    "CFG_PRORATION": _proration,
    "PM_NONE": lambda held: {"charged today": True} if held["amount"] else {},
    "ST_CANCEL_SCHEDULED": lambda held: {"canceled on": held["ends_at"]},
    "CFG_CANCEL_PERIOD_END": lambda held: {"canceled on": held["period_end"]},
    "SUB_BILLING_MODE_FLEX": lambda held: {"canceled on": held["period_end"]},
    "CFG_CANCEL_IMMEDIATE": lambda _: {"canceled on": "today"},
}
"""What a finding's words claim, by topic; of one topic two different claims contradict each other."""
AMOUNTS_TODAY = frozenset({"SUB_TRIAL_ENDS", "CFG_ANCHOR_NOW", "PRICE_INTERVAL_CHANGE", "PRICE_FREE_TO_PAID"})
"""Those that say what a whole new period costs today."""


def contradictions(findings: Sequence[Finding]) -> list[str]:
    claimed: dict[str, set[object]] = {}
    for finding in findings:
        if finding.words in CLAIMS:
            for topic, claim in CLAIMS[finding.words](finding.evidence).items():
                claimed.setdefault(topic, set()).add(claim)
    found = [f"{topic}: {values}" for topic, values in claimed.items() if len(values) > 1]
    told = {finding.words for finding in findings if finding.evidence.get("billing_mode") != "flexible"}
    if len(told & AMOUNTS_TODAY) > 1:
        found.append(f"two charges of today: {told & AMOUNTS_TODAY}")
    return [*found, *_after_the_end(findings)]


def _after_the_end(findings: Sequence[Finding]) -> list[str]:
    ends = [each.evidence["ends_at"] for each in findings if each.words == "ST_CANCEL_SCHEDULED.update"]
    dates = [(each.words, each.evidence.get(name)) for each in findings for name in DATES]
    return [
        f"{words}: {date} is not before {end}"
        for end in ends
        for words, date in dates
        if isinstance(end, int) and isinstance(date, int) and date >= end and words in CLAIMS
    ]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_no_labelled_case_contradicts_itself(case: Any) -> None:
    for verdict in explain(case.question).verdicts.values():
        assert contradictions(verdict.findings) == []


def features(name: str) -> str:
    return f"features.subscription_update.{name}"


situations = st.fixed_dictionaries(
    {
        "subscription": st.fixed_dictionaries(
            {
                "status": st.sampled_from(["active", "active", "trialing", "past_due", "unpaid", "canceled"]),
                "trial_end": st.sampled_from([None, 1_800_600_000, 1_801_000_000]),
                "cancel_at": st.sampled_from([None, None, 1_800_500_000, 1_801_000_000, 1_810_000_000]),
                "cancel_at_period_end": st.sampled_from([False, False, True]),
                "billing_mode.type": st.sampled_from(["classic", "flexible"]),
                "items.data.0.price.unit_amount": st.sampled_from([0, 2000, 9000]),
            }
        ),
        "configuration": st.fixed_dictionaries(
            {
                features("proration_behavior"): st.sampled_from(
                    ["none", "create_prorations", "always_invoice"]
                ),
                features("billing_cycle_anchor"): st.sampled_from(["unchanged", "now"]),
                features("trial_update_behavior"): st.sampled_from(["end_trial", "continue_trial"]),
                features("schedule_at_period_end.conditions"): st.sampled_from(
                    [[], [{"type": "decreasing_item_amount"}], [{"type": "shortening_interval"}]]
                ),
                "features.subscription_cancel.mode": st.sampled_from(["at_period_end", "immediately"]),
            }
        ),
        "customer": st.sampled_from([{}, {"invoice_settings": {"default_payment_method": None}}]),
        "target": st.sampled_from(
            [
                {},
                {"quantity": 1},
                {"quantity": 3},
                {"price": "price_year"},
                {"price": "price_pro"},
                {"price": "price_pro", "quantity": 1},
            ]
        ),
    }
)


@settings(max_examples=400)
@given(situation=situations)
def test_no_generated_situation_contradicts_itself(situation: Mapping[str, Any]) -> None:
    explanation = explain(question(situation))
    for scope in ACTIONS:
        assert contradictions(explanation[scope].findings) == [], scope
    together = [each for scope in UPDATES for each in explanation[scope].findings]
    assert contradictions(together) == []


EVIDENCE: Mapping[str, Evidence] = {
    "ST_CANCEL_SCHEDULED.update": {"ends_at": 1_801_000_000},
    "CFG_SCHEDULES_CHANGE": {"effective_at": 1_801_000_000},
    "SUB_TRIAL_ENDS": {"trial_end": 1_801_000_000},
    "PRICE_INTERVAL_CHANGE": {"billing_mode": "classic", "amount": 5000, "period_end": 1_801_000_000},
    "PRICE_FREE_TO_PAID": {"billing_mode": "classic", "amount": 5000},
    "PM_NONE": {"amount": 5000},
}


def finding(words: str, **more: Any) -> Finding:
    rule = words.removesuffix(".update")
    held = EVIDENCE.get(words, {"period_end": 1_801_000_000})
    return Finding(rule, Severity.WARN, Status.DOCUMENTED, {**held, **more}, "inferred", words)


def agreed(*findings: Finding) -> list[Finding]:
    told = {scope: list(findings) if scope is Scope.SWITCH else [] for scope in Scope}
    agree(told)
    return told[Scope.SWITCH]


PAIRS = [
    (each, other)
    for each in PRECEDENCES
    for other in sorted(each.silenced or {"SUB_MULTI_ITEM"} if each.keeps else each.silenced)
]
PARTS = [(each, other) for each in PRECEDENCES for other in sorted(each.shortened)]


def named(value: object) -> str:
    return value.first if isinstance(value, Precedence) else str(value)


@pytest.mark.parametrize(("precedence", "other"), PAIRS, ids=named)
def test_what_is_silenced_is_not_told_beside_the_first(precedence: Precedence, other: str) -> None:
    first = finding(precedence.first)
    assert agreed(finding(other), first) == [first]
    assert agreed(finding(other)) == [finding(other)]


@pytest.mark.parametrize(("precedence", "other"), PARTS, ids=named)
def test_what_is_shortened_keeps_what_still_holds(precedence: Precedence, other: str) -> None:
    first, whole = finding(precedence.first), finding(other)
    told = agreed(first, whole)
    assert told[0] == first
    assert told[1].rule == other
    assert told[1] != whole
    assert [name for name, value in told[1].evidence.items() if value is None] == sorted(
        SHORTER[other].without & set(whole.evidence)
    )


@pytest.mark.parametrize(("precedence", "other"), [*PAIRS, *PARTS], ids=named)
def test_a_first_whose_field_is_missing_outranks_nothing(precedence: Precedence, other: str) -> None:
    unknown = Finding(
        precedence.first.removesuffix(".update"), Severity.MAYBE, Status.DOCUMENTED, {}, "", MISSING_FIELD
    )
    assert agreed(unknown, finding(other)) == [unknown, finding(other)]


@pytest.mark.parametrize("rule", ["PRICE_INTERVAL_CHANGE", "PRICE_FREE_TO_PAID"])
def test_flexible_billing_leaves_the_date_of_the_next_bill(rule: str) -> None:
    told = [finding(rule, billing_mode="flexible"), finding("CFG_PRORATION")]
    assert agreed(*told) == told


def test_an_end_after_the_period_leaves_what_happens_before_it() -> None:
    told = [finding("ST_CANCEL_SCHEDULED.update", ends_at=1_810_000_000), finding("CFG_SCHEDULES_CHANGE")]
    assert agreed(*told) == told


def test_every_rule_of_the_table_exists() -> None:
    known = {rule.id for rule in RULES}
    words = {effect.words or rule.id for rule in RULES for effect in rule.effects.values()}
    for each in PRECEDENCES:
        assert each.first in words
        assert each.silenced | each.shortened | (each.keeps or frozenset()) <= known
        assert each.shortened <= set(SHORTER)
    assert BASE["now"] < 1_801_000_000
