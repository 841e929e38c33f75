"""`why --json` is the object of the contract, word for word."""

import json

from bot.portal.models import Configuration, Customer, Subscription
from bot.portal.rules import Explanation, Finding, Question, explain, why_report
from bot.portal.rules.report import VerdictReport

from .rule_case_table import BASE, objects


def explained(**case: object) -> Explanation:
    made = objects(case)
    return explain(
        Question(
            customer=Customer.of(made["customer"]),
            now=BASE["now"],
            subscription=Subscription.of(made["subscription"]) if made["subscription"] else None,
            configuration=Configuration.of(made["configuration"]) if made["configuration"] else None,
        )
    )


def words(finding: Finding) -> tuple[str, str]:
    return f"why {finding.words}", f"instead of {finding.words}"


def test_the_report_has_exactly_the_keys_of_the_contract() -> None:
    report = why_report([explained(subscription={"items.data.1.id": "si_2"})], words)
    assert list(report) == [
        "customer",
        "livemode",
        "configuration",
        "subscriptions",
        "session",
        "login_link",
        "payment_method",
        "details",
        "invoices",
        "configuration_findings",
    ]
    subscription = report["subscriptions"][0]
    assert list(subscription) == ["id", "actions"]
    assert list(subscription["actions"]) == ["update", "cancel", "pause", "switch", "quantity"]
    assert subscription["actions"]["update"]["findings"][0] == {
        "rule": "SUB_MULTI_ITEM",
        "severity": "block",
        "status": "documented",
        "evidence": {"items": ["si_1", "si_2"]},
        "explanation": "why SUB_MULTI_ITEM",
        "remedy": "instead of SUB_MULTI_ITEM",
        "source": "https://docs.stripe.com/customer-management",
    }
    assert subscription["actions"]["update"]["verdict"] == "blocked"
    nothing = VerdictReport(verdict="allowed", findings=[])
    assert subscription["actions"]["pause"] == nothing
    assert report["session"] == nothing
    assert json.loads(json.dumps(report)) == report


def test_several_subscriptions_stand_in_one_report_and_shared_findings_once() -> None:
    off = {"login_page": {"enabled": False, "url": None}}
    first = explained(subscription={"id": "sub_1"}, configuration=off)
    second = explained(subscription={"id": "sub_2", "application": "ca_1"}, configuration=off)
    report = why_report([first, second], words)
    assert [subscription["id"] for subscription in report["subscriptions"]] == ["sub_1", "sub_2"]
    assert [finding["rule"] for finding in report["login_link"]["findings"]] == ["CFG_LOGIN_OFF"]
    assert [finding["rule"] for finding in report["session"]["findings"]] == ["SUB_CONNECT"]


def test_a_customer_without_subscriptions_is_answered_too() -> None:
    report = why_report([explained(subscription=None)], words)
    assert report["subscriptions"] == []
    assert report["configuration"] == "bpc_1"


def test_an_unknown_configuration_is_said_to_be_unknown() -> None:
    explanation = explained(configuration=None)
    assert why_report([explanation], words)["configuration"] is None
