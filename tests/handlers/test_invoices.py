"""`invoices`: the last ones with state, date, amount and page; one that is named stands first."""

from typing import Any

import pytest

from tests.stand.person import Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand

PAGE = "https://invoice.stripe.com/i/"


def invoices_of(stand: Stand, label: str) -> list[dict[str, Any]]:
    """The invoices of a seeded customer in the sandbox, newest first."""
    customer = stand.customer(label)

    def look() -> list[dict[str, Any]]:
        every = stand.sandbox.stripe.test.every("invoice")
        return [dict(each) for each in every if each["customer"] == customer]

    return sorted(stand.on_loop(look), key=lambda each: -each["created"])


def lines(shown: Shown) -> list[str]:
    return [
        block["text"]["text"]
        for block in shown.blocks
        if block["type"] == "section" and PAGE in block["text"]["text"]
    ]


@pytest.mark.parametrize("typed", ["invoices jenny@example.com", "jenny@example.com receipt", "invoice {id}"])
def test_each_invoice_has_its_state_date_amount_and_page(agent: Person, stand: Stand, typed: str) -> None:
    shown = agent.asks(typed.format(id=stand.customer("jenny")))
    newest, older = invoices_of(stand, "jenny")
    assert len(lines(shown)) == 2
    for line, invoice in zip(lines(shown), (newest, older), strict=True):
        assert line.startswith("*$10.00* · paid · <!date^")
        assert invoice["number"] in line
        assert f"<{invoice['hosted_invoice_url']}|invoice page>" in line


def test_an_invoice_number_shows_that_one_first_and_by_itself_still_the_customer(
    agent: Person, stand: Stand
) -> None:
    newest, older = invoices_of(stand, "jenny")
    for named in (older["number"], older["id"]):
        shown = agent.asks(f"invoices {named}")
        assert [older["number"] in line for line in lines(shown)] == [True, False]
        assert f"Invoice {older['number']}" in shown.words
        assert newest["number"] in lines(shown)[1]
    assert "In the portal" in agent.asks(older["number"]).words


def test_an_open_invoice_says_what_is_left_and_when_it_is_tried_again(agent: Person, stand: Stand) -> None:
    shown = agent.asks(f"invoices {stand.customer('past_due')}")
    assert "open, next attempt <!date^" in lines(shown)[0]
    assert "|payment page>" in lines(shown)[0]
    assert "Payment method" in shown.labels


def test_without_invoices_it_says_so(agent: Person, stand: Stand) -> None:
    shown = agent.asks(f"invoices {stand.customer('no_subscription')}")
    assert "No invoices yet." in shown.words


def test_a_customers_id_costs_the_time_of_one_call(agent: Person, stand: Stand) -> None:
    before = len(stand.stripe_calls())
    customer = stand.customer("jenny")
    agent.asks(f"invoices {customer}")
    assert sorted(stand.stripe_calls()[before:]) == [f"GET /v1/customers/{customer}", "GET /v1/invoices"]


def test_the_audit_trail_has_who_asked_for_whom(agent: Person, stand: Stand) -> None:
    agent.asks("invoices jenny@example.com for:ticket 9")
    entry = stand.audit()[0]
    assert (entry.verb, entry.customer, entry.reason) == ("invoices", stand.customer("jenny"), "ticket 9")
    assert PAGE not in repr(entry)
