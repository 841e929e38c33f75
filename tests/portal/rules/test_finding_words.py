"""Every finding has words, and they can be said with the evidence it carries."""

import re
from typing import Any

import pytest

from bot.portal.products.rules import PRODUCT_RULES
from bot.portal.rules import MISSING_FIELD, RULES, Finding, Severity, Status, explain
from bot.portal.rules.agreement import SHORTER
from bot.words import Words

from .rule_case_table import cases

KEYS_FROM_CHECKS = {
    MISSING_FIELD,
    "CFG_DUP_INTERVAL.count",
    "CFG_NO_ALTERNATIVE.switch",
    "DISCOUNT_FIRST_TIME.maybe",
    "DISCOUNT_MINIMUM.amount",
    "DISCOUNT_MINIMUM.currency",
    "SUB_PM_UNSUPPORTED.bank_account",
    "SUB_USAGE_BASED.extra",
}
KEYS_WHEN_SHORTENED = {shorter.words for shorter in SHORTER.values() if shorter.words}


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


def said(words: Words, finding: Finding) -> tuple[str, str]:
    facts = dict(finding.evidence)
    return (
        str(words.sentence("findings", finding.words, facts, part="explanation")),
        str(words.sentence("findings", finding.words, facts, part="remedy")),
    )


def declared_keys() -> set[str]:
    declared = {effect.words or rule.id for rule in RULES for effect in rule.effects.values()}
    declared |= {rule.id for rule in PRODUCT_RULES}
    return declared | KEYS_FROM_CHECKS | KEYS_WHEN_SHORTENED


def test_every_rule_has_words_and_no_words_are_left_over(words: Words) -> None:
    assert words.keys("findings") == declared_keys()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_words_are_whole_sentences_without_blanks(words: Words, case: Any) -> None:
    for verdict in explain(case.question).verdicts.values():
        for finding in verdict.findings:
            for sentence in said(words, finding):
                if not sentence and finding.severity is Severity.INFO:
                    continue  # a mere note has nothing to be done
                assert sentence.endswith("."), sentence
                assert not re.search(r"  |\bNone\b| [.,;:]|\{|\}|\[\]|,,|\.\.", sentence), sentence


def findings() -> list[Finding]:
    return [
        finding
        for case in cases()
        for verdict in explain(case.question).verdicts.values()
        for finding in verdict.findings
    ]


FIRMNESS = {
    Status.OBSERVED: r"Stripe answers|[Ss]ometimes|usually",
    Status.INFERRED: r"probably",
    Status.UNVERIFIED: r"\bmay\b",
}


def test_how_firmly_it_is_said_follows_the_status(words: Words) -> None:
    for finding in findings():
        if finding.words == MISSING_FIELD:
            assert re.search(r"\bmay\b", said(words, finding)[0])
        elif finding.status in FIRMNESS:
            assert re.search(FIRMNESS[finding.status], said(words, finding)[0]), finding


def test_a_maybe_is_never_said_as_a_certainty(words: Words) -> None:
    doubt = r"\bmay\b|probably|[Ss]ometimes|usually|yet"
    for finding in findings():
        if finding.severity is Severity.MAYBE:
            assert re.search(doubt, said(words, finding)[0]), finding


def test_a_consequence_names_amount_and_date(words: Words) -> None:
    finding = next(
        finding
        for finding in findings()
        if finding.rule == "SUB_TRIAL_ENDS" and finding.evidence["amount"] == 10000
    )
    assert (
        said(words, finding)[0]
        == "The trial ends now and $100.00 is invoiced today instead of on 22 January 2027."
    )
