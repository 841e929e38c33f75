"""Findings as `--json` prints them: the keys of the contract, word for word."""

import json

from bot.portal.models import Configuration, Customer, Subscription
from bot.portal.rules import Explanation, Question, Scope, explain
from bot.replies.finding import explanation, verdict_report
from bot.words import Words
from tests.portal.rules.rule_case_table import BASE, objects

WORDS = Words()


def explained(**case: object) -> Explanation:
    made = objects(case)
    return explain(
        Question(
            customer=Customer.of(made["customer"]),
            now=BASE["now"],
            subscription=Subscription.of(made["subscription"]),
            configuration=Configuration.of(made["configuration"]),
        )
    )


def test_a_finding_has_exactly_the_keys_of_the_contract_and_the_words_of_the_answer() -> None:
    update = explained(subscription={"items.data.1.id": "si_2"})[Scope.UPDATE]
    why, instead = explanation(WORDS, update.findings[0])
    report = verdict_report(WORDS, update)
    assert list(report) == ["verdict", "findings"]
    assert report["verdict"] == "blocked"
    assert list(report["findings"][0].items()) == [
        ("rule", "SUB_MULTI_ITEM"),
        ("severity", "block"),
        ("status", "documented"),
        ("evidence", {"items": ["si_1", "si_2"]}),
        ("explanation", why),
        ("remedy", instead),
        ("source", "https://docs.stripe.com/customer-management"),
    ]
    assert json.loads(json.dumps(report)) == report


def test_what_nothing_speaks_against_is_allowed_with_an_empty_list() -> None:
    assert verdict_report(WORDS, explained()[Scope.PAUSE]) == {"verdict": "allowed", "findings": []}
