"""An open invoice is handed over with its payment page and what remains to be paid."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.stand.person import Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand

PAGE = "https://invoice.stripe.com/i/"
Change = Callable[[dict[str, Any]], object]


def change_invoice(stand: Stand, label: str, change: Change) -> str:
    """Change the latest invoice of a seeded customer; its id."""

    def act() -> str:
        world = stand.sandbox.stripe.test
        invoice = world.get(world.get(world.labels[f"{label}.subscription"])["latest_invoice"])
        change(invoice)
        return str(invoice["id"])

    return stand.on_loop(act)


def lines(shown: Shown) -> list[str]:
    return [line for line in shown.words.splitlines() if "|payment page>" in line]


@pytest.mark.parametrize("label", ["past_due", "unpaid", "incomplete", "invoiced", "pending"])
def test_the_card_offers_the_payment_page_of_an_open_invoice(agent: Person, stand: Stand, label: str) -> None:
    shown = agent.asks(stand.customer(label))
    (line,) = lines(shown)
    assert PAGE in line
    assert " · open" in line
    assert "for 30 days" in shown.words


def test_of_a_partly_paid_invoice_the_card_says_what_remains(agent: Person, stand: Stand) -> None:
    def pay_some(invoice: dict[str, Any]) -> None:
        invoice.update(amount_due=8_000, amount_paid=2_000, amount_remaining=6_000)

    change_invoice(stand, "invoiced", pay_some)
    (line,) = lines(agent.asks(stand.customer("invoiced")))
    assert "$60.00 left to pay, due" in line


@pytest.mark.parametrize("label", ["jenny", "canceled", "no_subscription"])
def test_without_an_open_invoice_the_card_speaks_of_none(agent: Person, stand: Stand, label: str) -> None:
    assert not lines(agent.asks(stand.customer(label)))


def test_an_open_invoice_that_was_pasted_is_on_the_card(agent: Person, stand: Stand) -> None:
    invoice = change_invoice(
        stand, "archived", lambda each: each.update(status="open", amount_remaining=1_500, amount_paid=0)
    )
    stand.on_loop(lambda: forget_latest(stand, "archived"))
    assert len(lines(agent.asks(invoice))) == 1


def forget_latest(stand: Stand, label: str) -> None:
    world = stand.sandbox.stripe.test
    world.get(world.labels[f"{label}.subscription"])["latest_invoice"] = None


def test_an_open_invoice_costs_no_call_where_the_answer_holds_it(agent: Person, stand: Stand) -> None:
    agent.asks(stand.customer("jenny"))
    before = len(stand.stripe_calls())
    assert lines(agent.asks(stand.customer("past_due")))
    assert len(stand.stripe_calls()) == before + 1


def test_the_invoices_of_somebody_in_arrears_are_looked_up_when_no_subscription_leads_to_them(
    agent: Person, stand: Stand
) -> None:
    change_invoice(
        stand, "multi", lambda each: each.update(status="open", amount_remaining=2_900, amount_paid=0)
    )
    stand.on_loop(lambda: forget_latest(stand, "multi"))
    assert not lines(agent.asks(stand.customer("multi")))
    customer = stand.customer("multi")
    stand.on_loop(lambda: stand.sandbox.stripe.test.get(customer).update(delinquent=True))
    assert "$29.00" in lines(agent.asks(customer))[0]


def test_links_make_no_call_for_invoices(agent: Person, stand: Stand) -> None:
    before = len(stand.stripe_calls())
    agent.asks(f"payment {stand.customer('unpaid')}")
    made = stand.stripe_calls()[before:]
    assert "POST /v1/billing_portal/sessions" in made
    assert not [call for call in made if "invoices" in call]


def test_the_card_says_that_a_card_has_expired(agent: Person, stand: Stand) -> None:
    assert ", expires 12/2034" in agent.asks(stand.customer("noah")).words

    def expire() -> None:
        world = stand.sandbox.stripe.test
        method = world.get(stand.customer("noah"))["invoice_settings"]["default_payment_method"]
        world.get(method)["card"].update(exp_month=3, exp_year=2024)

    stand.on_loop(expire)
    assert ", *expired* 03/2024" in agent.asks(stand.customer("noah")).words


def test_the_card_shows_the_last_invoice_also_when_it_is_paid(agent: Person, stand: Stand) -> None:
    said = agent.asks(stand.customer("jenny")).words
    assert "*Last invoices*\n*$10.00* · paid · <!date^" in said
    assert "|invoice page>" in said
