import time
from dataclasses import replace

import pytest

from bot.portal.candidates import Ambiguous, opened_by_login_page
from bot.portal.lookup import Lookup
from bot.portal.search_language import quoted
from tests.portal import stripe_objects as made
from tests.portal.finding import assert_no_path_is_too_deep, find, refused
from tests.portal.stripe_server import StripeServer


def asked_of(server: StripeServer) -> list[str]:
    """The addresses that were listed, and the search queries."""
    return sorted(asked.own.get("email") or asked.own["query"] for asked in server.asked)


async def test_an_exact_email_takes_a_list_and_a_search_beside_it(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers", made.customer())
    stripe_server.lists("/v1/customers/search", made.customer())
    stripe_server.delay = 0.2
    started = time.perf_counter()
    found = await find(lookup, "<mailto:jenny@example.com|jenny@example.com>")
    assert time.perf_counter() - started < 0.35
    assert found.shared_email == 1
    assert sorted(stripe_server.paths) == ["GET /v1/customers", "GET /v1/customers/search"]
    (listed,) = [asked for asked in stripe_server.asked if "email" in asked.own]
    assert listed.own == {"email": "jenny@example.com", "limit": "100"}
    assert "data.subscriptions" in listed.expand
    assert_no_path_is_too_deep(stripe_server)


@pytest.mark.parametrize("email", ["jenny+x@example.com", "jürgen@müller.de", "a&b=c#d%41@example.com"])
async def test_an_email_arrives_at_stripe_as_it_was_pasted(
    stripe_server: StripeServer, lookup: Lookup, email: str
) -> None:
    stripe_server.lists("/v1/customers", made.customer(email=email))
    stripe_server.lists("/v1/customers/search")
    await find(lookup, email)
    assert email in asked_of(stripe_server)


@pytest.mark.parametrize(("typed", "stored"), [
    ("mia@example.com", "Mia@example.com"), ("Mia@Example.com", "mia@example.com"),
    ("jo@bücher.example", "jo@xn--bcher-kva.example"), ("jo@xn--bcher-kva.example", "Jo@BÜCHER.example"),
    ("jo@straße.de", "jo@xn--strae-oqa.de"), ("mia@example.com", "ｍｉａ@example.com"),
    ("ｍｉａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "mia@example.com"), ("mia@example.com", " mia@example.com "),
])  # fmt: skip
async def test_another_spelling_of_an_address_is_a_match_and_with_two_nobody_is_guessed(
    stripe_server: StripeServer, lookup: Lookup, typed: str, stored: str
) -> None:
    stripe_server.lists("/v1/customers/search", made.customer("cus_other", email=stored))
    stripe_server.lists("/v1/customers")
    found = await find(lookup, typed)
    assert found.customer.id == "cus_other"
    stripe_server.answers.pop("/v1/customers")
    stripe_server.lists("/v1/customers", made.customer(email=typed, subscriptions=[]))
    said = await refused(lookup, typed)
    assert isinstance(said, Ambiguous)
    assert {each.customer for each in said.candidates} == {"cus_1", "cus_other"}


@pytest.mark.parametrize(("typed", "stored"), [
    ("jo@straße.de", "jo@strasse.de"), ("mia@example.com", "xmia@example.com"), ("mia@example.com", None),
    ("mia@example.com", "mia@example.com.au"), ("mia.x@example.com", "miax@example.com"),
])  # fmt: skip
async def test_a_similar_address_is_another_one(
    stripe_server: StripeServer, lookup: Lookup, typed: str, stored: str | None
) -> None:
    stripe_server.lists("/v1/customers", made.customer(email=typed))
    stripe_server.lists("/v1/customers/search", made.customer("cus_other", email=stored))
    assert (await find(lookup, typed)).customer.id == "cus_1"


async def test_the_search_asks_for_every_form_of_the_domain(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers", made.customer(email="jo@bücher.example"))
    stripe_server.lists("/v1/customers/search")
    await find(lookup, "jo@bücher.example")
    (query,) = [asked.own["query"] for asked in stripe_server.asked if "query" in asked.own]
    assert query.startswith('email~"jo@bücher.example" OR email~"jo@xn--bcher-kva.example" OR ')
    assert " AND " not in query


async def test_an_email_with_capitals_that_nobody_has_is_listed_in_small_letters_too(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers")
    stripe_server.lists("/v1/customers/search")
    assert (await refused(lookup, "Jenny@Example.com")).code == "no_customer_with_email"
    listed = [asked.own["email"] for asked in stripe_server.asked if "email" in asked.own]
    assert listed[0] == "Jenny@Example.com"
    assert set(listed[1:]) == {"Jenny@example.com", "jenny@example.com"}


async def test_an_unknown_lower_case_email_takes_two_calls_and_one_for_near_misses(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers")
    stripe_server.lists("/v1/customers/search")
    assert (await refused(lookup, "nobody@example.com")).code == "no_customer_with_email"
    assert len(stripe_server.asked) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_a_search_that_fails_takes_nobody_away_who_was_listed(
    stripe_server: StripeServer, lookup: Lookup, status: int
) -> None:
    stripe_server.lists("/v1/customers", made.customer())
    stripe_server.refuse("/v1/customers/search", status, "no")
    assert (await find(lookup, "jenny@example.com")).customer.id == "cus_1"


async def test_a_slow_search_keeps_nobody_waiting_who_was_listed(
    stripe_server: StripeServer, lookup: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.portal.lookup_by_search.SEARCH_GRACE_SECONDS", 0.1)
    stripe_server.lists("/v1/customers", made.customer())
    stripe_server.lists("/v1/customers/search")
    stripe_server.delays["/v1/customers/search"] = 5
    started = time.perf_counter()
    assert (await find(lookup, "jenny@example.com")).customer.id == "cus_1"
    assert time.perf_counter() - started < 1


async def test_a_list_that_fails_is_a_failure_whatever_the_search_says(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.refuse("/v1/customers", 403, "no")
    stripe_server.lists("/v1/customers/search", made.customer())
    assert (await refused(lookup, "jenny@example.com")).code == "permission_missing"


async def test_without_search_the_other_spellings_are_listed(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers", made.customer(email="Mia@example.com"))
    stripe_server.lists("/v1/customers", made.customer("cus_2", email="mia@example.com", created=2))
    stripe_server.refuse("/v1/customers/search", 400, "Search is not available to merchants in India.")
    said = await refused(lookup, "Mia@example.com")
    assert isinstance(said, Ambiguous)
    assert {each.customer for each in said.candidates} == {"cus_1", "cus_2"}


async def test_without_search_an_unknown_email_is_still_answered(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers")
    stripe_server.refuse("/v1/customers/search", 400, "Search is not available to merchants in India.")
    assert (await refused(lookup, "nobody@example.com")).code == "no_customer_with_email_exactly"
    assert (await refused(lookup, "Jenny Rosen")).code == "search_not_available"


async def test_several_customers_of_an_address_are_a_choice_with_the_one_the_login_page_opens(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists(
        "/v1/customers",
        made.customer("cus_old", created=1),
        made.customer("cus_active", created=2),
        made.customer("cus_trial", created=3, subscriptions=[made.subscription(status="trialing")]),
        made.customer("cus_none", created=4, subscriptions=[]),
    )
    stripe_server.lists("/v1/customers/search")
    said = await refused(lookup, "jenny@example.com")
    assert isinstance(said, Ambiguous)
    assert said.code == "ambiguous"
    assert [
        (each.customer, each.active_subscriptions, each.login_page_opens) for each in said.candidates
    ] == [
        ("cus_none", 0, False),
        ("cus_trial", 0, False),
        ("cus_active", 1, True),
        ("cus_old", 1, False),
    ]


async def test_whom_the_login_page_opens_is_told_for_a_customer_found_by_id(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/customers/cus_1", made.customer(created=1))
    stripe_server.lists("/v1/customers", made.customer("cus_2", created=2), made.customer(created=1))
    found = await find(lookup, "cus_1")
    sharing = await lookup.sharing_address(found.customer)
    assert len(sharing) == 2
    assert opened_by_login_page(sharing, found.customer.email) == "cus_2"
    assert await lookup.sharing_address(replace(found.customer, email=None)) == ()
    assert len(stripe_server.asked) == 2


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("C008FC2-0354", 'number:"C008FC2-0354"'),
        ("1234-5678", 'receipt_number:"1234-5678"'),
    ],
)
async def test_invoice_and_receipt_numbers_take_one_search(
    stripe_server: StripeServer, lookup: Lookup, text: str, query: str
) -> None:
    stripe_server.lists("/v1/invoices/search", {"id": "in_1", "customer": made.customer()})
    found = await find(lookup, text)
    field = found.kind.value.removeprefix("invoice_")
    assert (found.customer.id, field) == ("cus_1", query.partition(":")[0])
    assert [asked.own["query"] for asked in stripe_server.asked] == [query]
    assert "data.customer" in stripe_server.asked[0].expand
    assert_no_path_is_too_deep(stripe_server)


async def test_an_unknown_number_is_said(stripe_server: StripeServer, lookup: Lookup) -> None:
    stripe_server.lists("/v1/invoices/search")
    assert (await refused(lookup, "C008FC2-0354")).code == "no_invoice_with_number"
    assert (await refused(lookup, "1234-5678")).code == "no_receipt_with_number"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("+4930901820", 'phone:"+4930901820"'),
        ("+49 30 901820", 'phone:"+4930901820" OR phone:"+49 30 901820"'),
        ("0049 30 901820", 'phone:"+4930901820" OR phone:"0049 30 901820"'),
        ("(555) 555-5555", 'phone:"5555555555" OR phone:"(555) 555-5555" OR phone~"5555555555"'),
        ("Jenny Rosen", 'name~"Jenny Rosen"'),
        ("Li", 'name:"Li"'),
        ("O’Brien", 'name~"O\'Brien" OR name~"O’Brien"'),
        ("Foo – Bar", 'name~"Foo - Bar" OR name~"Foo – Bar"'),
        ("株式会社ＡＢＣ", 'name~"株式会社ABC" OR name~"株式会社ＡＢＣ"'),
        ('a" OR name~"b', 'name~"a\\" OR name~\\"b"'),
        ("back\\slash", 'name~"back\\\\slash"'),
    ],
)
async def test_phones_and_names_take_one_search_that_cannot_be_broken_out_of(
    stripe_server: StripeServer, lookup: Lookup, text: str, query: str
) -> None:
    stripe_server.lists("/v1/customers/search", made.customer())
    await find(lookup, text)
    assert [asked.own["query"] for asked in stripe_server.asked] == [query]


def test_a_quoted_value_ends_where_it_should() -> None:
    assert quoted('\\" OR email~"a') == '"\\\\\\" OR email~\\"a"'
