"""`history`: who did what and for whom, by name; ids stand behind the Details button."""

from tests.stand.person import Person
from tests.stand.stand import Stand


def test_history_names_customers_and_keeps_ids_behind_details(agent: Person, stand: Stand) -> None:
    agent.asks("home jenny@example.com for:T-7")
    agent.asks("cancel noah@example.com")
    for line in ("history", "history jenny@example.com"):
        shown = agent.asks(line)
        assert "*home: made* · Jenny Rosen · T-7" in shown.words
        assert not [each for each in ("cus_", "sub_", "bps_") if each in shown.words]
        window = agent.opens(shown, "Details")
        assert stand.customer("jenny") in window.words
        assert "bps_" in window.words


def test_when_stripe_does_not_answer_the_history_is_shown_without_names(agent: Person, stand: Stand) -> None:
    agent.asks(f"home {stand.customer('multi')}")
    stand.fault("stripe", "500")
    shown = agent.asks("history")
    stand.heal()
    assert "*home: made*" in shown.words
