"""`why --json` and `passcode --json` print the contract's objects, word for word."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.stand.stand import Stand
from tests.why.conftest import Portalbot

pytestmark = pytest.mark.slow(25)

AROUND = ["session", "login_link", "payment_method", "details", "invoices", "configuration_findings"]
ACTIONS = ["update", "cancel", "pause", "switch", "quantity"]
FINDING = ["rule", "severity", "status", "evidence", "explanation", "remedy", "source"]


def verdicts(report: Any) -> dict[str, str]:
    return {name: entry["verdict"] for name, entry in report["subscriptions"][0]["actions"].items()}


def test_the_object_has_exactly_the_keys_of_the_contract(
    portalbot: Portalbot, stand: Stand, subscription: Callable[[str], str]
) -> None:
    printed = portalbot("why", subscription("multi"), "--json")
    report = printed.json
    assert printed.exit_code == 0
    assert list(report) == ["customer", "livemode", "configuration", "subscriptions", *AROUND]
    assert report["customer"] == stand.customer("multi")
    assert report["livemode"] is False
    assert report["configuration"].startswith("bpc_")
    (entry,) = report["subscriptions"]
    assert list(entry) == ["id", "actions"]
    assert sorted(entry["actions"]) == sorted(ACTIONS)
    for verdict in (*entry["actions"].values(), *(report[name] for name in AROUND)):
        assert list(verdict) == ["verdict", "findings"]
        assert verdict["verdict"] in {"blocked", "maybe", "allowed"}
        for finding in verdict["findings"]:
            assert list(finding) == FINDING
    assert printed.stdout.count("\n") == 1


@pytest.mark.usefixtures("no_default")
def test_a_portal_that_was_never_set_up_has_no_configuration(
    portalbot: Portalbot, subscription: Callable[[str], str]
) -> None:
    report = portalbot("why", subscription("jenny"), "--json").json
    assert report["configuration"] is None
    assert "CFG_NO_DEFAULT" in {each["rule"] for each in report["session"]["findings"]}


def test_several_items_block_an_update_and_leave_cancel_open(
    portalbot: Portalbot, subscription: Callable[[str], str]
) -> None:
    report = portalbot("why", subscription("multi"), "--json").json
    update = report["subscriptions"][0]["actions"]["update"]["findings"][0]
    assert update["rule"] == "SUB_MULTI_ITEM"
    assert [item[:3] for item in update["evidence"]["items"]] == ["si_", "si_"]
    assert update["source"].startswith("https://")
    assert verdicts(report) == {
        "update": "blocked",
        "cancel": "allowed",
        "pause": "allowed",
        "switch": "blocked",
        "quantity": "blocked",
    }


def test_a_customer_without_subscription_is_answered_with_an_empty_list(
    portalbot: Portalbot, stand: Stand
) -> None:
    report = portalbot("why", stand.customer("no_subscription"), "--json").json
    assert report["subscriptions"] == []
    assert report["session"]["verdict"] == "allowed"


def test_a_deleted_customer_blocks_the_session(portalbot: Portalbot, stand: Stand) -> None:
    printed = portalbot("why", stand.customer("deleted"), "--json")
    assert printed.exit_code == 0
    assert [each["rule"] for each in printed.json["session"]["findings"]] == ["CUST_DELETED"]


def test_an_ended_subscription_is_explained_when_there_is_no_other(
    portalbot: Portalbot, stand: Stand
) -> None:
    report = portalbot("why", stand.customer("canceled"), "--json").json
    assert set(verdicts(report).values()) == {"blocked"}


def test_five_hundred_subscriptions_are_one_object(portalbot: Portalbot, stand: Stand) -> None:
    report = portalbot("why", stand.customer("crowd"), "--json").json
    assert len({each["id"] for each in report["subscriptions"]}) == 500
    # What belongs to no single subscription is told once, though each of them is asked about.
    around = [finding["rule"] for name in AROUND for finding in report[name]["findings"]]
    assert around
    assert len(around) == len(set(around)), around


def test_a_shared_address_is_a_choice_and_not_a_guess(portalbot: Portalbot, stand: Stand) -> None:
    printed = portalbot("why", "twin@example.com", "--json")
    error = printed.json["error"]
    assert printed.exit_code == 1
    assert list(error) == ["code", "message", "candidates"]
    assert error["code"] == "ambiguous"
    assert [list(each) for each in error["candidates"]] == [["customer", "email", "created"]] * 2


def test_whose_login_link_it_is_costs_a_call_only_when_it_is_asked(
    portalbot: Portalbot, stand: Stand
) -> None:
    customer = stand.customer("twin_old")
    assert portalbot("why", customer, "--json").json["login_link"]["findings"] == []
    (finding,) = portalbot("why", customer, "login", "--json").json["login_link"]["findings"]
    assert finding["rule"] == "CUST_DUP_EMAIL"
    assert finding["evidence"]["opens"] == stand.customer("twin_new")


def test_a_process_prints_nothing_but_the_object_on_stdout(
    portalbot: Portalbot, subscription: Callable[[str], str]
) -> None:
    # `portalbot` has set the environment that the process inherits.
    words = [sys.executable, "-m", "bot", "why", subscription("multi"), "cancel", "--json"]
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, env={**os.environ, "LOG_LEVEL": "DEBUG"}
    )
    assert done.returncode == 0
    assert list(json.loads(done.stdout))[:2] == ["customer", "livemode"]


def test_bad_usage_is_exit_code_2_and_an_unknown_id_1(portalbot: Portalbot) -> None:
    assert portalbot("why", "--json").exit_code == 2
    both = portalbot("why", "sub_1234", "update", "qty:3", "--json")
    assert (both.exit_code, both.json["error"]["code"]) == (2, "quantity_is_the_question")
    assert portalbot("why", "sub_1234", "qty:none", "--json").exit_code == 2
    unknown = portalbot("why", "sub_unknown1234", "--json")
    assert (unknown.exit_code, unknown.json["error"]["code"]) == (1, "no_such_subscription")


def test_another_configuration_and_an_account_are_honoured(
    portalbot: Portalbot, stand: Stand, subscription: Callable[[str], str]
) -> None:
    labels = stand.on_loop(lambda: dict(stand.sandbox.stripe.test.labels))
    chosen = labels["configuration.cancel_only"]
    report = portalbot("why", subscription("jenny"), f"config:{chosen}", "--json").json
    assert report["configuration"] == chosen
    assert verdicts(report)["update"] == "blocked"
    account = "on_behalf_of:acct_1SandboxConnected"
    hidden = portalbot("why", subscription("jenny"), account, "--json").json["session"]
    assert [each["rule"] for each in hidden["findings"]] == ["SUB_OBO_FILTER"]
    assert portalbot("why", subscription("connect"), account, "--json").json["session"]["findings"] == []


def test_a_target_price_is_judged_by_id_lookup_key_and_product(
    portalbot: Portalbot, stand: Stand, subscription: Callable[[str], str], price: Callable[[str], str]
) -> None:
    product = stand.on_loop(lambda: str(stand.sandbox.stripe.test.labels["prod.inclusive"]))
    for target in (price("inclusive_monthly"), "inclusive_monthly", product):
        report = portalbot("why", subscription("jenny"), target, "--json").json
        rules = [each["rule"] for each in report["subscriptions"][0]["actions"]["switch"]["findings"]]
        assert {"CFG_PRICE_NOT_LISTED", "PRICE_TAX_MISMATCH"} <= set(rules)


def test_a_quantity_is_held_against_its_bounds(
    portalbot: Portalbot, subscription: Callable[[str], str]
) -> None:
    assert verdicts(portalbot("why", subscription("noah"), "qty:50", "--json").json)["quantity"] == "allowed"
    assert verdicts(portalbot("why", subscription("noah"), "qty:51", "--json").json)["quantity"] == "blocked"


def test_sentences_are_printed_without_json(portalbot: Portalbot, subscription: Callable[[str], str]) -> None:
    printed = portalbot("why", subscription("multi"))
    assert printed.exit_code == 0
    assert "SUB_MULTI_ITEM" in printed.stdout
    assert "cancel: it works" in printed.stdout


def test_sentences_name_the_plan_in_a_process_that_has_just_started(
    portalbot: Portalbot, subscription: Callable[[str], str]
) -> None:
    printed = portalbot("why", subscription("jenny"), "qty:1").stdout
    assert printed.startswith("Starter, $10.00")
    assert "this product" not in printed
    assert "this price" not in printed


def test_a_key_that_may_not_read_prices_is_answered_without_alternatives(
    portalbot: Portalbot, stand: Stand, subscription: Callable[[str], str]
) -> None:
    faults = stand.sandbox.stripe.faults
    stand.on_loop(lambda: faults.denied.add("rak_plan_read"))
    try:
        printed = portalbot("why", subscription("jenny"), "--json")
    finally:
        stand.on_loop(faults.denied.clear)
    assert printed.exit_code == 0
    assert verdicts(printed.json)["cancel"] == "allowed"


def test_when_stripe_fails_there_is_one_error_and_no_half_an_object(
    portalbot: Portalbot, stand: Stand
) -> None:
    stand.fault("stripe", "500", "/v1/subscriptions")
    try:
        printed = portalbot("why", stand.customer("crowd"), "--json")
    finally:
        stand.heal()
    assert printed.exit_code == 1
    assert list(printed.json) == ["error"]
    assert printed.json["error"]["code"] == "stripe_failing"
