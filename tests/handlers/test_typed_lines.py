"""What agents type in Slack: what is meant is done, what is not understood is said and nothing is made."""

import pytest

from tests.stand.links import address, flow, sessions
from tests.stand.person import Person
from tests.stand.stand import Stand


@pytest.mark.parametrize("typed", [
    "*home* {jenny}", "home\u200b {jenny}", "home: {jenny}", "home, {jenny}", "{jenny} home",
    "`{jenny}` home?", "home {Jenny}", "home <http://jenny%40example.com|jenny%40example.com>",
    "home https://dashboard.stripe.com/test/search?query=jenny%40example.com",
])  # fmt: skip
def test_a_link_is_made_whatever_was_added_to_the_line(agent: Person, stand: Stand, typed: str) -> None:
    jenny = stand.customer("jenny")
    assert address(agent.asks(typed.format(jenny=jenny, Jenny=jenny.replace("cus", "Cus"))))
    assert sessions(stand)[-1]["customer"] == jenny


@pytest.mark.parametrize(("typed", "done", "taken"), [
    ("update card jenny@example.com", "payment_method_update", "payment"),
    ("jenny@example.com: card expired", "payment_method_update", "payment"),
    ("change plan for jenny@example.com", "subscription_update", "update"),
    ("wrong name on the invoice jenny@example.com", "customer_update", "details"),
])  # fmt: skip
def test_a_phrase_does_what_it_means_and_the_answer_says_which_verb_it_took(
    agent: Person, stand: Stand, typed: str, done: str, taken: str
) -> None:
    link = agent.asks(typed)
    assert flow(stand) == done
    assert f"as `{taken}`" in link.words
    assert f"as `{taken}`" in link.content["text"]


def test_an_answer_to_a_verb_says_nothing_about_reading(agent: Person) -> None:
    assert "I read" not in agent.asks("payment jenny@example.com").words


def test_a_name_after_a_phrase_is_looked_up(agent: Person, stand: Stand) -> None:
    assert address(agent.asks("change plan for jenny rosen"))
    assert sessions(stand)[-1]["customer"] == stand.customer("jenny")
    assert flow(stand) == "subscription_update"


@pytest.mark.parametrize(("typed", "said", "offered"), [
    ("paymnet jenny@example.com", "paymnet", "payment jenny@example.com"),
    ("cancel noah@example.com at year end", "at year end", "cancel noah@example.com"),
    ("paymnet jenny rosen", "paymnet", 'payment "jenny rosen"'),
    ("home cancel jenny@example.com", "more than one way", "cancel jenny@example.com"),
])  # fmt: skip
def test_what_is_not_understood_makes_nothing_and_offers_what_was_meant(
    agent: Person, stand: Stand, typed: str, said: str, offered: str
) -> None:
    before = len(stand.stripe_calls())
    refusal = agent.asks(typed)
    assert said in refusal.words
    assert offered in refusal.labels
    assert len(stand.stripe_calls()) == before
    assert address(agent.presses(refusal, offered))


def test_a_refund_is_no_verb_and_the_answer_says_where_it_is_made(agent: Person, stand: Stand) -> None:
    before = len(stand.stripe_calls())
    refusal = agent.asks("refund jenny@example.com")
    assert "Refunds are made in the Stripe Dashboard" in refusal.words
    assert len(stand.stripe_calls()) == before
    assert stand.customer("jenny") in agent.presses(refusal, "jenny@example.com").raw


def test_a_reason_typed_into_a_window_is_cleaned_like_any_text(agent: Person, stand: Stand) -> None:
    assert address(agent.asks("home jenny@example.com for:“wants *out*” &amp; soon"))
    assert stand.audit()[0].reason == "wants *out* & soon"
