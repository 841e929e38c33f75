"""The hosted page of an invoice takes the payment, and says when there is nothing to pay."""

from tests.sandbox.stripe.portal.conftest import Browser


async def test_an_open_invoice_is_paid_on_its_own_page(browser: Browser) -> None:
    stripe = browser.bench.stripe
    stripe.happen("invoice.payment_failed", browser.bench.id("jenny"))
    invoice = next(one for one in stripe.test.every("invoice") if one["status"] == "open")
    path = f"/p/invoice/{invoice['hosted_invoice_url'].rpartition('/')[2]}"
    assert "Pay" in await browser.open(path)
    text = await browser.submit(path)
    assert "The invoice has been paid." in text
    assert "</form>" not in browser.page
    assert "invoice.paid" in browser.bench.kinds()
    await browser.open("/p/invoice/in_none")
    assert browser.status == 404
