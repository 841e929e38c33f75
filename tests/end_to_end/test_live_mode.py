"""With a live key: no button that opens the link, a badge in capitals, and a reason where one is wanted."""

from collections.abc import Iterator

import pytest

from tests.stand.links import address
from tests.stand.person import Person
from tests.stand.stand import GENEROUS, Stand, open_stand


@pytest.fixture(scope="module")
def live_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    config = f"{GENEROUS}require_reason_live = true\n"
    with open_stand(tmp_path_factory.mktemp("live"), config, STRIPE_API_KEY="rk_live_sandbox") as stand:
        yield stand


@pytest.fixture
def agent(live_stand: Stand) -> Iterator[Person]:
    live_stand.reset()
    yield live_stand.person()
    assert live_stand.violations() == []


def test_a_live_link_has_no_button_that_opens_it(agent: Person) -> None:
    link = agent.asks("home jenny@example.com for:ticket 1")
    assert "Open" not in link.labels
    assert link.raw.count("/p/session/") == 1
    assert address(link).split("/p/session/")[1][:5] != "test_"


def test_a_live_answer_says_live(agent: Person) -> None:
    for answer in (agent.asks("jenny@example.com"), agent.asks("home jenny@example.com for:x")):
        assert "*LIVE*" in answer.words
        assert "TEST" not in answer.words


def test_a_live_link_without_a_reason_is_refused_with_what_to_add(agent: Person, live_stand: Stand) -> None:
    calls = len(live_stand.stripe_calls())
    assert "for:" in agent.asks("home jenny@example.com").words
    assert len(live_stand.stripe_calls()) == calls


def test_a_button_asks_for_the_reason_in_a_window_and_goes_on(agent: Person, live_stand: Stand) -> None:
    card = agent.asks("jenny@example.com")
    window = agent.opens(card, "Send cancellation link")
    link = agent.answers(window, reason="ticket 77")
    assert link.ts == card.ts
    assert address(link)
    entry = live_stand.audit()[0]
    assert (entry.verb, entry.outcome, entry.reason, entry.livemode) == (
        "cancel",
        "issued",
        "ticket 77",
        True,
    )


def test_the_reason_window_wants_a_reason(agent: Person) -> None:
    window = agent.opens(agent.asks("jenny@example.com"), "Send cancellation link")
    assert "reason" in agent.submits(window)["errors"]
    assert agent.has_window()


def test_a_window_carries_no_secret(agent: Person) -> None:
    window = agent.opens(agent.asks("jenny@example.com"), "Send cancellation link")
    assert "/p/session/" not in window.content["private_metadata"]
    assert "jenny@example.com" not in window.content["private_metadata"]


def test_an_id_of_test_mode_is_told_apart(agent: Person) -> None:
    words = agent.asks("https://dashboard.stripe.com/test/customers/cus_otp5GUHKkc69uz").words
    assert "test mode" in words
