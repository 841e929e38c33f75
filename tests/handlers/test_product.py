"""`product` in Slack: the picture of what customers see, a choice where several match."""

from tests.stand.person import Person
from tests.stand.stand import Stand


def test_the_picture_has_every_place_where_customers_meet_the_product(agent: Person) -> None:
    shown = agent.asks("product Team")
    for place in ("At checkout", "In the portal", "On the invoice", "On the bank statement"):
        assert place in shown.words
    assert "EXAMPLE TEAM" in shown.words
    assert "offered" in shown.words


def test_several_matches_are_picked_and_never_guessed(agent: Person, stand: Stand) -> None:
    choice = agent.asks("product e")
    assert "products match" in choice.words
    first = choice.labels[0]
    assert "On the bank statement" in agent.presses(choice, first).words


def test_a_word_that_is_no_product_says_how_one_is_named(agent: Person) -> None:
    assert "prod_…" in agent.asks("product nonesuch").words
    assert "Which product?" in agent.asks("product").words
