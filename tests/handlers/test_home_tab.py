"""The App Home: what the person did lately, and help."""

from bot.commands.verbs import VERBS
from tests.stand.person import LEAD, STRANGER, Person
from tests.stand.stand import Stand


def test_the_home_tab_shows_recent_customers_and_help(agent: Person, stand: Stand) -> None:
    agent.asks("noah@example.com")
    home = agent.home()
    assert "Noah Müller" in home.words
    assert stand.customer("noah") not in home.words
    assert [stand.customer("noah") in str(each) for _, each in home.elements("button")].count(True) == 1
    for verb in VERBS:
        assert f"`/portal {verb.name}".rstrip() in home.words


def test_a_recent_customer_opens_as_a_card_in_a_direct_message(agent: Person) -> None:
    agent.asks("noah@example.com")
    card = agent.presses_at_home(agent.home(), "Noah Müller")
    assert "Noah" in card.words
    assert str(card.content["channel"]).startswith("D")


def test_the_home_tab_of_somebody_new_says_how_to_begin(stand: Stand) -> None:
    home = stand.person(STRANGER).home()
    assert "Nobody yet" in home.words
    assert "/portal" in home.words


def test_nobody_sees_what_others_looked_up(agent: Person, stand: Stand) -> None:
    agent.asks("noah@example.com")
    assert stand.customer("noah") not in stand.person(LEAD).home().raw


def test_no_link_ever_stands_on_the_home_tab(agent: Person) -> None:
    agent.asks("home jenny@example.com")
    assert "/p/session/" not in agent.home().raw
