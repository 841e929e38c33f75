"""A product's name, picture, description and unit label stand where customers see them."""

from tests.sandbox.stripe.portal.conftest import Browser


async def test_a_plan_in_the_portal_shows_what_was_entered_for_it(browser: Browser) -> None:
    url = await browser.portal("noah")
    text = await browser.open(url)
    assert 'src="/p/static/team.png"' in browser.page
    assert "Billed per seat." in text
    assert "Quantity: 5 seat" in text
    text = await browser.open(f"{url}/subscriptions/{browser.bench.id('noah.subscription')}/update")
    assert 'src="/p/static/business.png"' in browser.page
    assert "Quantity ( seat )" in text


async def test_a_change_of_the_product_is_seen_at_once_and_loads_nothing_from_elsewhere(
    browser: Browser,
) -> None:
    product = browser.bench.stripe.test.get(browser.bench.id("prod.team"))
    hostile = "<script>alert(1)</script>"
    product.update(description=hostile, images=["https://elsewhere.example/x.png"], unit_label=None)
    text = await browser.open(await browser.portal("noah"))
    assert hostile not in browser.page
    assert "&lt;script&gt;" in browser.page
    assert "elsewhere.example" not in browser.page
    assert "seat" not in text


async def test_one_page_shows_it_in_checkout_portal_invoice_and_on_the_statement(browser: Browser) -> None:
    text = await browser.open(f"/p/product/{browser.bench.id('prod.team')}")
    for part in ("Checkout", "Customer portal", "Invoice", "Bank statement", "EXAMPLE TEAM"):
        assert part in text
    assert "(at $25.00 / month)" in text
    text = await browser.open(f"/p/product/{browser.bench.id('prod.addon')}")
    assert "EXAMPLE INC" in text
    assert "<img" not in browser.page
    await browser.open("/p/product/prod_none")
    assert browser.status == 404
