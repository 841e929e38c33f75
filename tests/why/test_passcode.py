"""Why the passcode does not arrive, step by step."""

from typing import Any

import pytest

from tests.stand.person import Person
from tests.stand.stand import Stand
from tests.why.conftest import Portalbot


def steps(report: Any) -> dict[str, str]:
    return {check["step"]: check["result"] for check in report["checks"]}


def test_the_object_has_exactly_the_keys_of_the_contract(portalbot: Portalbot) -> None:
    printed = portalbot("passcode", "jenny@example.com", "--json")
    assert printed.exit_code == 0
    assert list(printed.json) == ["email", "checks", "opens"]
    assert printed.json["email"] == "jenny@example.com"
    for check in printed.json["checks"]:
        assert list(check) == ["step", "result", "evidence", "advice"]
        assert isinstance(check["evidence"], dict)
        assert check["advice"]


def test_the_only_customer_with_the_address_is_opened(portalbot: Portalbot, stand: Stand) -> None:
    report = portalbot("passcode", "jenny@example.com", "--json").json
    assert report["opens"] == stand.customer("jenny")
    assert steps(report)["opens"] == "ok"
    assert "problem" not in steps(report).values()


def test_of_two_customers_the_newer_paying_one_is_opened(portalbot: Portalbot, stand: Stand) -> None:
    report = portalbot("passcode", "twin@example.com", "--json").json
    assert report["opens"] == stand.customer("twin_new")
    assert steps(report)["opens"] == "note"
    assert portalbot("passcode", "sam@example.com", "--json").json["opens"] == stand.customer("sam_active")


@pytest.mark.parametrize(
    ("address", "step"),
    [
        ("nora@example.com", "active_subscription"),
        ("pat.capital@example.com", "other_spelling"),
        ("guest@example.com", "guest_payment"),
        ("nobody@example.com", "exact_match"),
    ],
)
def test_the_step_that_explains_it_is_named(portalbot: Portalbot, address: str, step: str) -> None:
    report = portalbot("passcode", address, "--json").json
    assert steps(report)[step] == "problem"
    assert report["opens"] is None


def test_spaces_around_a_stored_address_are_found(portalbot: Portalbot, stand: Stand) -> None:
    customer = stand.customer("locale_es")
    change = {"email": " es@example.com "}
    stand.on_loop(lambda: stand.sandbox.stripe.test.get(customer).update(change))
    try:
        report = portalbot("passcode", "es@example.com", "--json").json
    finally:
        stand.on_loop(lambda: stand.sandbox.stripe.test.get(customer).update(email="es@example.com"))
    (spelling,) = [each for each in report["checks"] if each["step"] == "other_spelling"]
    assert spelling["result"] == "problem"
    assert spelling["evidence"]["stored"] == " es@example.com "
    assert "spaces around" in spelling["advice"]


def test_other_capitals_are_said_to_be_capitals(portalbot: Portalbot) -> None:
    report = portalbot("passcode", "pat.capital@example.com", "--json").json
    (spelling,) = [each for each in report["checks"] if each["step"] == "other_spelling"]
    assert "other capitals" in spelling["advice"]


def test_a_trial_leaves_it_open_whether_the_page_opens(portalbot: Portalbot) -> None:
    report = portalbot("passcode", "trialing@example.com", "--json").json
    assert steps(report)["active_subscription"] == "unknown"


def test_it_costs_no_more_than_four_calls(portalbot: Portalbot, stand: Stand) -> None:
    before = len(stand.stripe_calls())
    portalbot("passcode", "guest@example.com", "--json")
    assert len(stand.stripe_calls()) - before == 4


def test_anything_but_an_address_is_bad_usage(portalbot: Portalbot) -> None:
    printed = portalbot("passcode", "cus_1234567890", "--json")
    assert (printed.exit_code, printed.json["error"]["code"]) == (2, "passcode_needs_email")


def test_in_slack_the_way_out_is_a_button(agent: Person, stand: Stand) -> None:
    shown = agent.asks("passcode twin@example.com")
    assert "Which customer opens" in shown.words
    link = agent.presses(shown, f"Link for {stand.customer('twin_old')}")
    assert "/p/session/" in link.preformatted[0]
