"""An open invoice's payment page stands in its alert, to be handed over, and is kept nowhere."""

from pathlib import Path

import pytest

from bot.alerts.payment_page import payment_page
from bot.portal.stripe_access import StripeGateway
from bot.replies.alert import Around, alert_message
from bot.words import Words
from tests.alerts.alert_stand import AlertStand
from tests.alerts.test_enrichment import alert_of
from tests.portal.conftest import gateway, stripe_server
from tests.portal.stripe_server import StripeServer

__all__ = ["gateway", "stripe_server"]

PAGE = "https://invoice.stripe.com/i/acct_1/test_ada"
OPEN = {"id": "in_ada", "object": "invoice", "status": "open", "hosted_invoice_url": PAGE}


@pytest.mark.parametrize("name", [
    "Payment failed", "Payment of a partly paid invoice failed", "Last attempt failed",
    "Overdue, partly paid", "First payment of a new subscription failed", "The bank wants a confirmation",
    "Failed, then written off",
])  # fmt: skip
async def test_what_can_still_be_paid_has_its_page_in_the_alert(
    gateway: StripeGateway, stripe_server: StripeServer, name: str
) -> None:
    stripe_server.answer("/v1/invoices/in_ada", OPEN)
    alert = alert_of(name)
    page = await payment_page(gateway, alert)
    assert page == PAGE
    assert f"<{PAGE}|payment page>" in str(alert_message(Words(), alert, Around(payment_page=page)).blocks)


@pytest.mark.parametrize(
    "name", ["Failed, then paid", "Failed, then voided", "Cannot be finalized", "Dispute"]
)
async def test_what_cannot_be_paid_asks_for_none(
    gateway: StripeGateway, stripe_server: StripeServer, name: str
) -> None:
    assert await payment_page(gateway, alert_of(name)) is None
    assert "To hand over" not in str(alert_message(Words(), alert_of(name)).blocks)


async def test_an_invoice_that_is_paid_by_now_has_no_page_and_one_that_cannot_be_read_neither(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer("/v1/invoices/in_ada", {**OPEN, "status": "paid"})
    assert await payment_page(gateway, alert_of("Payment failed")) is None
    stripe_server.refuse("/v1/invoices/in_ada", 403, "no permission")
    assert await payment_page(gateway, alert_of("Payment failed")) is None


async def test_the_page_of_a_connected_accounts_invoice_is_read_there(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer("/v1/invoices/in_ada", OPEN)
    await payment_page(gateway, alert_of("Payment failed at a connected account"))
    assert stripe_server.asked[-1].headers["Stripe-Account"] == "acct_other"


def test_the_channel_reads_the_page_and_the_database_never_holds_it(alerts: AlertStand) -> None:
    alerts.happens("invoice.payment_failed")
    message = str(alerts.sent_until("|payment page>"))
    page = message.partition("<https://invoice.stripe.com/")[2].partition("|")[0]
    assert page
    address = alerts.stand.settings.database_url.get_secret_value().removeprefix("sqlite:///")
    held = b"".join(file.read_bytes() for file in Path(address).parent.glob(f"{Path(address).name}*"))
    assert page.encode() not in held
    assert b"invoice.payment_failed" in held
