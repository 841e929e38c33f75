"""What an agent sees who asks why."""

import re
from collections.abc import Callable

import pytest

from tests.stand.links import flow, sessions
from tests.stand.person import Person
from tests.stand.stand import Stand

Find = Callable[[str], str]


def test_the_verdicts_come_before_the_reasons(agent: Person, subscription: Find) -> None:
    shown = agent.asks(f"why {subscription('multi')}")
    assert "✗ switch plan · ✗ change quantity · ✓ cancel · ✓ pause" in shown.markup
    assert shown.markup.index("✗ switch plan") < shown.markup.index("The subscription has 2 items")


def test_codes_ids_and_evidence_stand_behind_the_details_button(agent: Person, subscription: Find) -> None:
    shown = agent.asks(f"why {subscription('multi')}")
    assert not re.search(
        r"[A-Z]{2,4}_[A-Z_]{4,}|\b(?:cus|sub|si|price|prod|bpc)_\w+", re.sub(r"<http[^|]*\|", "", shown.words)
    )
    assert shown.labels[-1] == "Details"
    window = agent.opens(shown, "Details")
    for said in (
        "SUB_MULTI_ITEM",
        "Stripe documents it",
        subscription("multi"),
        "|What Stripe says about it>",
    ):
        assert said in window.words, said


def test_dates_in_the_evidence_are_dates(agent: Person, subscription: Find) -> None:
    window = agent.opens(agent.asks(f"why {subscription('scheduled')} update"), "Details")
    assert re.search(r"starts at: `\d+ \w+ 20\d\d, \d\d:\d\d UTC`", window.words)
    assert not re.search(r"\b1[78]\d{8}\b", window.words)


def test_the_dashboard_is_a_click_away(agent: Person, subscription: Find) -> None:
    page = f"https://dashboard.stripe.com/test/subscriptions/{subscription('multi')}"
    assert page in agent.asks(f"why {subscription('multi')}").markup


def test_a_named_action_is_answered_alone(agent: Person, subscription: Find) -> None:
    shown = agent.asks(f"why {subscription('multi')} cancel")
    assert "✓ Yes" in shown.markup
    assert "SUB_MULTI_ITEM" not in shown.raw
    assert "Cancellation link" in shown.labels


def test_the_remedy_is_a_button(agent: Person, stand: Stand, subscription: Find) -> None:
    shown = agent.asks(f"why {subscription('pm_klarna')} update")
    agent.presses(shown, "Payment method")
    assert flow(stand) == "payment_method_update"


def test_up_to_five_switches_that_would_work_are_buttons(
    agent: Person, stand: Stand, subscription: Find, price: Find
) -> None:
    shown = agent.asks(f"why {subscription('jenny')} {price('inclusive_monthly')}")
    assert "These would work instead" in shown.words
    offered = [label for label in shown.labels if " a month" in label or " a year" in label]
    assert 1 <= len(offered) <= 5
    agent.presses(shown, "Team, $25.00 a month")
    assert price("team_monthly") in str(sessions(stand)[-1]["flow_data"]["subscription_update_confirm"])


@pytest.mark.parametrize(
    ("label", "language", "piece"),
    [
        ("locale_de", "German", "Abrechnungsseite"),
        ("locale_fr", "French", "page"),
        ("locale_pt", "Brazilian Portuguese", "página"),
        ("locale_ja", "Japanese", "。"),
        ("locale_es", "Spanish", "página"),
    ],
)
def test_what_to_tell_the_customer_is_in_the_customers_language(
    agent: Person, subscription: Find, price: Find, label: str, language: str, piece: str
) -> None:
    shown = agent.asks(f"why {subscription(label)} {price('inclusive_monthly')}")
    text = "\n".join(shown.preformatted)
    assert piece in text
    assert "price_" not in text
    assert language.rsplit(maxsplit=1)[-1] in shown.words
    assert "In English: This plan" in shown.words


def test_consequences_are_said_with_dates_and_amounts(agent: Person, subscription: Find, price: Find) -> None:
    shown = agent.asks(f"why {subscription('trialing')} {price('team_monthly')}")
    assert "If they go ahead" in shown.words
    assert "The trial ends now and $25.00 is invoiced today instead of on <!date^" in shown.markup


def test_many_subscriptions_are_counted_and_the_first_ones_shown(agent: Person, stand: Stand) -> None:
    shown = agent.asks(f"why {stand.customer('crowd')}")
    assert "500 subscriptions" in shown.words
    assert "495 further subscriptions" in shown.words
    one = agent.presses(shown, "Explain")
    assert "What the portal lets this customer do" in one.words


@pytest.mark.parametrize("label", ["deleted", "no_subscription", "canceled", "incomplete_expired"])
def test_there_is_an_answer_without_a_running_subscription(agent: Person, stand: Stand, label: str) -> None:
    assert stand.customer(label) in agent.asks(f"why {stand.customer(label)}").raw


def test_every_seeded_customer_has_an_answer_that_slack_takes(agent: Person, stand: Stand) -> None:
    for story in stand.sandbox.stripe.stories():
        shown = agent.asks(f"why {story.customer_id}")
        assert "our fault" not in shown.words, story.label


def test_the_login_page_is_a_question_of_its_own(agent: Person, stand: Stand) -> None:
    shown = agent.asks(f"why {stand.customer('twin_old')} login")
    assert "2 customers share this email address" in shown.words
    assert "Passcode not arriving?" in shown.labels


def test_configurations_stand_side_by_side_with_what_is_wrong(agent: Person) -> None:
    shown = agent.asks("config")
    (table,) = [block for block in shown.blocks if block["type"] == "table"]
    assert [cell["text"] for cell in table["rows"][0]][:2] == ["Configuration", "Everything on"]
    assert len(table["rows"][0]) == 6
    for rule in ("CFG_STALE_CATALOG", "CFG_INACTIVE", "CFG_LOGIN_OFF"):
        assert rule in shown.raw
    assert "https://dashboard.stripe.com/test/settings/billing/portal" in shown.markup


def test_one_configuration_is_found_by_its_name(agent: Person) -> None:
    shown = agent.asks("config Support desk")
    (table,) = [block for block in shown.blocks if block["type"] == "table"]
    assert len(table["rows"][0]) == 2
    assert "no such portal configuration" in agent.asks("config bpc_unknown").words


@pytest.mark.usefixtures("no_default")
def test_a_portal_that_was_never_set_up_is_said_everywhere(agent: Person, subscription: Find) -> None:
    assert "No default configuration" in agent.asks("config").words
    shown = agent.asks(f"why {subscription('jenny')}")
    assert "CFG_NO_DEFAULT" in shown.raw
    assert "never set up" in agent.asks("passcode jenny@example.com").words
