"""Several matches: a choice that tells them apart, and the same command goes on with the one chosen."""

import pytest

from tests.stand.links import address, flow, sessions
from tests.stand.person import Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand


def row(picker: Shown, customer: str) -> str:
    """The text of the row about a customer."""
    (text,) = [
        str(block["text"]["text"])
        for block in picker.blocks
        if "accessory" in block and customer in block["accessory"]["value"]
    ]
    return text


def choose(agent: Person, picker: Shown, customer: str) -> Shown:
    """Press the button of the row about a customer."""

    def press() -> dict[str, object]:
        (block,) = [b for b in picker.blocks if "accessory" in b and customer in b["accessory"]["value"]]
        return agent.clicks_on(picker, block["block_id"], block["accessory"]["action_id"])

    return agent.waits_for(press)


def test_duplicate_addresses_show_what_tells_the_customers_apart(agent: Person, stand: Stand) -> None:
    picker = agent.asks("sam@example.com")
    paying, idle = row(picker, stand.customer("sam_active")), row(picker, stand.customer("sam_idle"))
    assert "1 active subscription" in paying
    assert "0 active subscriptions" in idle
    assert "since <!date^" in paying
    assert "since <!date^" in idle


@pytest.mark.parametrize(("email", "opened", "other"), [
    ("sam@example.com", "sam_active", "sam_idle"), ("twin@example.com", "twin_new", "twin_old"),
])  # fmt: skip
def test_the_picker_says_which_one_the_login_page_opens(
    agent: Person, stand: Stand, email: str, opened: str, other: str
) -> None:
    picker = agent.asks(email)
    assert "the login page opens this one" in row(picker, stand.customer(opened))
    assert "the login page opens" not in row(picker, stand.customer(other))


def test_choosing_shows_the_card_of_the_chosen_one_in_place(agent: Person, stand: Stand) -> None:
    picker = agent.asks("twin@example.com")
    card = choose(agent, picker, stand.customer("twin_old"))
    assert card.ts == picker.ts
    assert stand.customer("twin_old") in card.raw
    assert stand.customer("twin_new") not in card.raw


def test_choosing_goes_on_with_the_same_command_and_options(agent: Person, stand: Stand) -> None:
    picker = agent.asks('home twin@example.com locale:de recover:2h for:"say "hi", it\'s <urgent> & so on"')
    link = choose(agent, picker, stand.customer("twin_old"))
    assert address(link)
    session = sessions(stand)[-1]
    assert session["customer"] == stand.customer("twin_old")
    assert session["locale"] == "de"
    assert session["after_expiration"]["type"] == "customer_login"
    assert str(stand.audit()[0].reason).startswith("say ")


def test_several_subscriptions_give_a_choice_that_keeps_the_options(agent: Person, stand: Stand) -> None:
    picker = agent.asks("cancel several@example.com locale:fr for:ticket 9")
    *plans, details = picker.labels
    assert details == "Details"
    assert len(plans) >= 2
    assert all(" a month" in label or " a year" in label for label in plans), plans
    link = agent.presses(picker, plans[0])
    assert address(link)
    assert flow(stand) == "subscription_cancel"
    assert sessions(stand)[-1]["locale"] == "fr"
    assert stand.audit()[0].reason == "ticket 9"


def test_more_subscriptions_than_fit_are_mentioned(agent: Person) -> None:
    picker = agent.asks("cancel crowd@example.com")
    assert 2 <= len(picker.labels) <= 12
    assert "or more subscriptions" in picker.words


def test_a_choice_is_written_down_as_one(agent: Person, stand: Stand) -> None:
    agent.asks("home twin@example.com")
    assert stand.audit()[0].outcome == "choice"
    assert stand.audit()[0].session is None


def test_a_switch_without_a_plan_offers_the_plans_and_says_what_each_changes(
    agent: Person, stand: Stand
) -> None:
    picker = agent.asks("switch jenny@example.com for:T-1")
    assert "Which plan should it switch to?" in picker.words
    assert "Starter to Team, $10.00 to $25.00 a month" in picker.words
    link = agent.presses(picker, "Team")
    assert link.words.startswith("Starter to Team, $10.00 to $25.00 a month")
    assert stand.audit()[0].reason == "T-1"


def test_an_offer_without_a_coupon_offers_those_that_fit(agent: Person, stand: Stand) -> None:
    picker = agent.asks("cancel jenny@example.com offer: locale:de")
    assert set(picker.labels) == {"30 % off for three months", "$10 off once"}
    assert "30% off for 3 months · `STAY30`" in picker.words
    link = agent.presses(picker, "$10 off once")
    retention = sessions(stand)[-1]["flow_data"]["subscription_cancel"]["retention"]
    assert retention["coupon_offer"]["coupon"] == "ONCE10"
    assert sessions(stand)[-1]["locale"] == "de"
    assert "an offer to stay (ONCE10)" in link.words


def test_a_choice_of_customers_says_what_they_have_and_names_them_on_the_buttons(
    agent: Person, stand: Stand
) -> None:
    picker = agent.asks("twin@example.com")
    said = row(picker, stand.customer("twin_old"))
    assert "$10.00 a month" in said
    assert "card ···· 4242" in said
    assert "cus_" not in picker.words
    assert picker.labels[-1] == "Details"
    assert "Choose" not in picker.labels


@pytest.mark.parametrize(("typed", "said"), [
    ("jeny@example.com", "No customer has the address"),
    ("jenny+shop@example.com", "No customer has the address"),
    ('"Rosen Jenny"', "No customer is called “Rosen Jenny”"),
])  # fmt: skip
def test_who_is_nearly_what_was_typed_is_offered_and_chosen_goes_on_with_the_command(
    agent: Person, stand: Stand, typed: str, said: str
) -> None:
    made = len(sessions(stand))
    offered = agent.asks(f"payment {typed}")
    assert said in offered.words
    assert "Did you mean:" in offered.words
    assert len(sessions(stand)) == made
    choose(agent, offered, stand.customer("jenny"))
    assert flow(stand) == "payment_method_update"
