"""Addresses that differ in spelling only are matches of each other: a choice; `passcode` sees them too."""

from collections.abc import Iterator

import pytest

from tests.stand.links import address, sessions
from tests.stand.person import Person
from tests.stand.stand import Stand

PAIRS = [
    ("mia@field.example", "Mia@field.example"),
    ("jo@bücher.example", "jo@xn--bcher-kva.example"),
    ("kim@field.example", "ｋｉｍ@field.example"),
    ("kim@field.example", "kim＠ｆｉｅｌｄ.ｅｘａｍｐｌｅ"),
    ("karim@field.example", "ｋarim@field.example"),
]


@pytest.fixture(params=PAIRS, ids=["case", "domain", "width", "width of the domain", "first letter"])
def pair(request: pytest.FixtureRequest, stand: Stand) -> Iterator[tuple[str, str]]:
    """Two customers' addresses: the first has no subscription, the second has one."""
    first, second = request.param
    idle, paying = stand.customer("sam_idle"), stand.customer("jenny")

    def address_of(customer: str) -> str:
        return str(stand.on_loop(lambda: stand.sandbox.stripe.test.get(customer)["email"]))

    def move(customer: str, email: str) -> None:
        stand.on_loop(lambda: stand.sandbox.stripe.test.get(customer).update(email=email))

    kept = {customer: address_of(customer) for customer in (idle, paying)}
    move(idle, first)
    move(paying, second)
    yield first, second
    for customer, email in kept.items():
        move(customer, email)


@pytest.mark.parametrize("typed", ["home {}", "update {}", "{}"])
def test_neither_of_two_spellings_is_guessed(
    agent: Person, stand: Stand, pair: tuple[str, str], typed: str
) -> None:
    for spelling in pair:
        before = len(sessions(stand))
        picker = agent.asks(typed.format(spelling))
        assert "2 customers match" in picker.words
        assert stand.customer("jenny") in picker.raw
        assert stand.customer("sam_idle") in picker.raw
        assert len(sessions(stand)) == before


def test_passcode_sees_both(agent: Person, stand: Stand, pair: tuple[str, str]) -> None:
    shown = agent.asks(f"passcode {pair[0]}")
    assert stand.customer("jenny") in shown.raw
    assert pair[1] in shown.words


def test_the_one_spelling_that_is_stored_is_found_by_the_other(agent: Person, stand: Stand) -> None:
    assert address(agent.asks("home JENNY@Example.com"))
    assert sessions(stand)[-1]["customer"] == stand.customer("jenny")
