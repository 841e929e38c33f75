from dataclasses import replace

import pytest

from bot.portal.candidates import opened_by_login_page
from bot.portal.lookup import Ambiguous, Lookup, MatchedBy
from bot.portal.lookup_by_search import quoted
from tests.portal import stripe_objects as made
from tests.portal.finding import assert_no_path_is_too_deep, find, refused
from tests.portal.stripe_server import StripeServer


async def test_an_exact_email_takes_one_call(stripe_server: StripeServer, lookup: Lookup) -> None:
    stripe_server.lists("/v1/customers", made.customer())
    found = await find(lookup, "<mailto:jenny@example.com|jenny@example.com>")
    assert (found.matched_by, found.shared_email) == (MatchedBy.EMAIL, 1)
    assert [asked.own for asked in stripe_server.asked] == [{"email": "jenny@example.com", "limit": "100"}]
    assert "data.subscriptions" in stripe_server.asked[0].expand
    assert_no_path_is_too_deep(stripe_server)


@pytest.mark.parametrize("email", ["jenny+x@example.com", "jürgen@müller.de", "a&b=c#d%41@example.com"])
async def test_an_email_arrives_at_stripe_as_it_was_pasted(
    stripe_server: StripeServer, lookup: Lookup, email: str
) -> None:
    stripe_server.lists("/v1/customers", made.customer(email=email))
    await find(lookup, email)
    assert stripe_server.asked[0].own["email"] == email


async def test_an_email_with_capitals_is_tried_in_lower_case_then_searched(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers")
    stripe_server.lists("/v1/customers/search", made.customer())
    found = await find(lookup, "Jenny@Example.com")
    assert found.matched_by is MatchedBy.EMAIL_OTHER_CASE
    assert [asked.own.get("email") or asked.own["query"] for asked in stripe_server.asked] == [
        "Jenny@Example.com",
        "jenny@example.com",
        'email:"Jenny@Example.com"',
    ]


async def test_an_unknown_lower_case_email_takes_two_calls(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.lists("/v1/customers")
    stripe_server.lists("/v1/customers/search")
    assert (await refused(lookup, "nobody@example.com")).code == "no_customer_with_email"
    assert len(stripe_server.asked) == 2


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
    assert len(stripe_server.asked) == 1


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
    assert (found.customer.id, found.matched_by) == ("cus_1", MatchedBy.NUMBER)
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
