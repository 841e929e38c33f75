"""Nobody has what was typed, but somebody nearly: they are offered, three at most, and nobody is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.candidates import NobodyButNear
from bot.portal.lookup import Lookup
from bot.portal.models import Customer
from bot.portal.near_misses import MOST_NEAR, at_most_one_apart, near_ones, near_query
from bot.portal.object_ids import Kind
from bot.portal.people import MOST_CLAUSES
from tests.portal import stripe_objects as made
from tests.portal.finding import find, refused
from tests.portal.stripe_server import StripeServer


def near(typed: str, stored: str) -> bool:
    """Whether the search for `typed` asks for `stored`, and takes it for near."""
    kind = Kind.EMAIL if "@" in typed else Kind.NAME
    customer = Customer("cus_1", email=stored, name=stored)
    pieces = [each.partition("~")[2].strip('"') for each in (near_query(kind, typed) or "").split(" OR ")]
    asked = any(each.casefold() in stored.casefold() for each in pieces if each)
    return asked and near_ones(kind, typed, [customer]) == (customer,)


@pytest.mark.parametrize(("typed", "stored"), [
    ("jeny@example.com", "jenny@example.com"), ("jennyy@example.com", "jenny@example.com"),
    ("jneny@example.com", "jenny@example.com"), ("jenni@example.com", "jenny@example.com"),
    ("jenny@exmple.com", "jenny@example.com"), ("jenny+shop@example.com", "jenny@example.com"),
    ("jenny@example.com", "jenny+news@example.com"), ("julien@andre.example", "julien@andré.example"),
    ("noah.mueller@example.com", "noah.müller@example.com"), ("Rosen Jenny", "Jenny Rosen"),
    ("Rosen, Jenny", "Jenny Rosen"), ("Jenny Rosne", "Jenny Rosen"), ("Noah Mueller", "Noah Müller"),
    ("Noah Müller", "Noah Mueller"), ("Strasse", "Gasthaus Straße"), ("Andre Dubois", "André Dubois"),
    ("Müler", "Noah Müller"),
])  # fmt: skip
def test_one_letter_a_tag_the_order_of_words_and_other_spellings_are_near(typed: str, stored: str) -> None:
    assert near(typed, stored)


@pytest.mark.parametrize(("typed", "stored"), [
    ("jenny@example.com", "jonny.b@example.com"), ("jenny@example.com", "jenny@example.org"),
    ("Jenny Rosen", "Jenny Olsen"), ("Bob", "Rob"), ("ed@x.io", "jo@x.io"),
])  # fmt: skip
def test_more_than_that_is_somebody_else(typed: str, stored: str) -> None:
    assert not near(typed, stored)


@given(st.text(), st.text(max_size=3), st.integers(0, 20))
def test_one_letter_less_more_or_other_is_one_apart(text: str, other: str, at: int) -> None:
    assert at_most_one_apart(text, text[:at] + other[:1] + text[at:])
    assert at_most_one_apart(text[:at] + other[:1] + text[at + 1 :], text)
    assert not at_most_one_apart(text, text + "xy")


@given(st.text(max_size=80), st.sampled_from([Kind.EMAIL, Kind.NAME]))
def test_nothing_that_is_typed_breaks_the_search(typed: str, kind: Kind) -> None:
    query = near_query(kind, typed)
    assert query is None or query.count(" OR ") < MOST_CLAUSES + typed.count(" OR ") * MOST_CLAUSES
    near_ones(kind, typed, [Customer("cus_1", email=typed, name=typed)])


async def test_three_are_offered_and_one_call_more_is_made(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers")
    people = [made.customer(f"cus_{each}", email=f"jenny{each}@example.com") for each in range(5)]
    stripe_server.lists("/v1/customers/search", *people)
    said = await refused(lookup, "jenny@example.com")
    assert isinstance(said, NobodyButNear)
    assert (said.code, len(said.candidates)) == ("no_customer_with_email", MOST_NEAR)
    assert len(stripe_server.asked) == 3


async def test_who_was_seen_a_moment_ago_is_offered_without_a_search(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers", made.customer())
    stripe_server.lists("/v1/customers/search")
    await find(lookup, "jenny@example.com")
    stripe_server.answers.clear()
    stripe_server.lists("/v1/customers")
    stripe_server.refuse("/v1/customers/search", 400, "Search is not available to merchants in India.")
    said = await refused(lookup, "jeny@example.com")
    assert isinstance(said, NobodyButNear)
    assert [each.email for each in said.candidates] == ["jenny@example.com"]
