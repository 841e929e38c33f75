"""The main job as an agent does it: type an address, see the customer, press a button, hand over the link."""

import re
import time

import pytest

from tests.stand.links import address, flow, sessions
from tests.stand.person import Person
from tests.stand.stand import Stand

BUTTONS = [
    ("Full portal", "whole portal"),
    ("Payment method", "payment_method_update"),
    ("Billing details", "customer_update"),
    ("Send cancellation link", "subscription_cancel"),
    ("Send pause link", "subscription_pause"),
    ("Change plan", "subscription_update"),
]


def test_an_address_shows_the_customer_card_to_the_agent_alone(agent: Person) -> None:
    card = agent.asks("jenny@example.com")
    for proof in ("Jenny Rosen", "`TEST`", "jenny@example.com", "4242", "customer since <!date^", "US"):
        assert proof in card.words
    assert card.content["only_for"] == agent.user


def test_the_card_offers_a_button_for_everything(agent: Person) -> None:
    labels = agent.asks("jenny@example.com").labels
    assert {label for label, _ in BUTTONS} | {"History"} <= set(labels)


@pytest.mark.parametrize(("label", "expected"), BUTTONS)
def test_each_button_of_the_card_gives_its_link(
    agent: Person, stand: Stand, label: str, expected: str
) -> None:
    link = agent.presses(agent.asks("jenny@example.com"), label)
    assert flow(stand) == expected
    assert sessions(stand)[-1]["customer"] == stand.customer("jenny")
    assert stand.sandbox_http.get(address(link), follow_redirects=True).status_code == 200


def test_a_link_replaces_the_card_it_was_asked_from(agent: Person) -> None:
    card = agent.asks("jenny@example.com")
    link = agent.presses(card, "Full portal")
    assert link.ts == card.ts
    assert len(agent.messages()) == 1


def test_from_a_link_the_agent_goes_back_to_the_card_and_on(agent: Person, stand: Stand) -> None:
    link = agent.asks("cancel jenny@example.com")
    card = agent.presses(link, "Customer card")
    assert "Jenny Rosen" in card.words
    assert not card.preformatted
    agent.presses(card, "Send pause link")
    assert flow(stand) == "subscription_pause"


def test_a_new_link_is_another_session(agent: Person) -> None:
    first = agent.asks("home jenny@example.com")
    second = agent.presses(first, "New link")
    assert address(first) != address(second)


def test_a_link_for_later_can_be_revived_for_a_week(agent: Person, stand: Stand) -> None:
    before = int(time.time())
    later = agent.presses(agent.asks("home jenny@example.com"), "Link for later (7 days)")
    asked = sessions(stand)[-1]["after_expiration"]["customer_login"]["expires_at"]
    assert 0 <= int(asked) - before - 7 * 86400 <= 30
    assert "reopen it with an emailed code" in later.words


def test_the_answer_says_until_when_in_the_agents_own_time(agent: Person) -> None:
    link = agent.asks("home jenny@example.com")
    found = re.search(r"expires at <!date\^(\d+)\^\{time_secs\}\|[^>]+UTC>", link.words)
    assert found
    assert 0 <= int(found[1]) - int(time.time()) <= 300


def test_the_answer_says_whose_link_it_is_and_what_it_shows(agent: Person) -> None:
    words = agent.asks("details jenny@example.com").words
    for proof in ("Jenny Rosen", "4242", "jenny@example.com", "`TEST`", "name, email, address"):
        assert proof in words


def test_the_answer_with_a_subscription_names_the_last_invoice(agent: Person) -> None:
    assert re.search(r"last invoice `[A-Z0-9]+-\d{4}`", agent.asks("cancel jenny@example.com").words)


def test_in_test_mode_a_button_opens_the_link(agent: Person, stand: Stand) -> None:
    link = agent.asks("home jenny@example.com")
    _, opening = link.button("Open")
    assert opening["url"] == address(link)
    assert agent.clicks(link, "Open")["failure"] == ""


def test_the_address_is_in_the_block_and_the_open_button_and_nowhere_else(agent: Person) -> None:
    link = agent.asks("home jenny@example.com")
    assert link.raw.count("/p/session/") == 2
    assert "/p/session/" not in str(link.content["text"])


def test_the_copy_window_holds_the_address_in_a_field(agent: Person) -> None:
    link = agent.asks("home jenny@example.com")
    window = agent.opens(link, "Copy")
    ((_, field),) = window.elements("plain_text_input")
    assert field["initial_value"] == address(link)


def test_the_copy_window_closes_without_another_answer(agent: Person) -> None:
    link = agent.asks("home jenny@example.com")
    window = agent.opens(link, "Copy")
    assert agent.submits(window)["failure"] == ""
    assert not agent.has_window()
    assert len(agent.messages()) == 1


def test_a_colleague_who_presses_copy_does_not_get_the_address(agent: Person, stand: Stand) -> None:
    link = agent.asks("home jenny@example.com")
    session = link.button("Copy")[1]["value"]
    lead = stand.person("U0PRIYA")
    payload = {
        "type": "block_actions",
        "user": {"id": lead.user, "team_id": "T0SANDBOX"},
        "trigger_id": stand.on_loop(lambda: stand.sandbox.slack.parts.triggers.issue(lead.user)),
        "actions": [{"type": "button", "action_id": "copy_link", "block_id": "b", "value": session}],
    }
    assert stand.send_interaction(payload).status_code == 200
    window = lead.window()
    assert "no longer be copied" in window.words
    assert "/p/session/" not in window.raw


def test_history_shows_who_made_which_link(agent: Person, stand: Stand) -> None:
    agent.asks("payment jenny@example.com for:ticket 42")
    session = stand.audit()[0].session
    shown = agent.asks("history jenny@example.com")
    words = shown.words
    assert f"<@{agent.user}> · *payment: made* · Jenny Rosen" in words
    assert f"`{session}`" in agent.opens(shown, "Details").words
    assert "ticket 42" in words
    assert "/p/session/" not in words


def test_doctor_says_what_is_right_and_what_is_missing(agent: Person) -> None:
    words = agent.asks("doctor").words
    for title in (
        "Database",
        "Stripe key",
        "Permissions of the key",
        "Portal configuration",
        "Slack",
        "User group",
    ):
        assert f"*{title}*" in words
    assert "doesn't answer" not in words
