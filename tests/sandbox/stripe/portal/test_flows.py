"""Flows hide the rest of the portal and end as the session says; sessions expire and some can be
recovered.
"""

import pytest

from tests.sandbox.stripe.conftest import START
from tests.sandbox.stripe.portal.conftest import Browser

AFTER = "flow_data[after_completion]"


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("payment_method_update", "/payment"),
        ("customer_update", "/details"),
        ("subscription_cancel", "/cancel"),
        ("subscription_pause", "/pause"),
        ("subscription_update", "/update"),
    ],
)
async def test_a_flow_opens_its_own_page_and_hides_the_others(browser: Browser, kind: str, page: str) -> None:
    url = await browser.portal("jenny", **browser.bench.flow(kind, "jenny"))
    await browser.open(url)
    assert browser.status == 200
    assert browser.at.endswith(page)
    assert "Go back" not in browser.page
    for other in {"payment", "details"} - {page.strip("/")}:
        await browser.open(f"{url}/{other}")
        assert browser.at.endswith(page)


async def test_a_confirm_flow_shows_its_preview_and_does_what_it_says(browser: Browser) -> None:
    prefix = "flow_data[subscription_update_confirm][items][0]"
    item = browser.stored("noah.subscription")["items"]["data"][0]["id"]
    fields = {f"{prefix}[id]": item, f"{prefix}[quantity]": "7"}
    url = await browser.portal("noah", **browser.bench.flow("subscription_update_confirm", "noah", **fields))
    assert "Quantity: 7" in await browser.open(url)
    await browser.submit(browser.at, confirmed="yes", quantity="50")
    assert browser.stored("noah.subscription")["items"]["data"][0]["quantity"] == 7
    assert browser.at.endswith("/done")


async def test_who_left_before_saying_why_is_asked_again(browser: Browser) -> None:
    url = await browser.portal("jenny", **browser.bench.flow("subscription_cancel", "jenny"))
    await browser.submit(browser.subscription_page(url, "jenny", "cancel"))
    assert "Why did you cancel?" in await browser.open(url)
    await browser.submit(browser.at, feedback="unused")
    assert browser.at.endswith("/done")


async def test_a_hosted_confirmation_shows_the_merchants_message(browser: Browser) -> None:
    form = {
        **browser.bench.flow("customer_update", "jenny"),
        f"{AFTER}[type]": "hosted_confirmation",
        f"{AFTER}[hosted_confirmation][custom_message]": "See you soon!",
    }
    url = await browser.portal("jenny", **form)
    assert "See you soon!" in await browser.submit(f"{url}/details", name="J", email="j@example.com")
    assert "See you soon!" in await browser.open(url)


async def test_a_redirect_leaves_the_portal(browser: Browser) -> None:
    form = {
        **browser.bench.flow("payment_method_update", "jenny"),
        f"{AFTER}[type]": "redirect",
        f"{AFTER}[redirect][return_url]": "https://example.com/thanks",
    }
    url = await browser.portal("jenny", **form)
    answer = await browser.bench.client.post(f"{url}/payment", data={"card": "visa"})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://example.com/thanks")


async def test_the_home_page_can_be_where_a_flow_ends(browser: Browser) -> None:
    form = {**browser.bench.flow("subscription_pause", "jenny"), f"{AFTER}[type]": "portal_homepage"}
    url = await browser.portal("jenny", **form)
    assert "Payment methods" in await browser.submit(browser.subscription_page(url, "jenny", "pause"))
    assert "Payment methods" in await browser.open(url)


async def test_an_unused_link_dies_after_five_minutes(browser: Browser) -> None:
    url = await browser.portal("jenny")
    browser.bench.clock.now += 301
    assert "expired" in await browser.open(url)
    assert browser.status == 410
    await browser.submit(f"{url}/details", name="Too late")
    assert browser.stored("jenny")["name"] == "Jenny Rosen"


async def test_a_used_link_lives_an_hour_after_the_last_activity(browser: Browser) -> None:
    url = await browser.portal("jenny")
    for _ in range(3):
        browser.bench.clock.now += 290 if browser.bench.clock.now == START else 3_590
        await browser.open(url)
        assert browser.status == 200
    browser.bench.clock.now += 3_601
    await browser.open(url)
    assert browser.status == 410


async def test_without_recovery_an_expired_link_stays_dead(browser: Browser) -> None:
    url = await browser.portal("jenny")
    browser.bench.clock.now += 301
    await browser.submit(f"{url}/recover")
    assert browser.status == 410
    assert browser.bench.mails == []


async def test_recovery_proves_the_mailbox_and_opens_a_new_session(browser: Browser) -> None:
    form = {
        "after_expiration[type]": "customer_login",
        "configuration": browser.bench.id("configuration.support"),
    }
    url = await browser.portal("jenny", **form)
    browser.bench.clock.now += 86_400
    assert "Send code" in await browser.open(url)
    text = await browser.submit(f"{url}/recover")
    assert "j•••@example.com" in text
    assert browser.bench.mails[-1].to == "jenny@example.com"
    await browser.submit(f"{url}/recover", code="000000")
    assert browser.status == 400
    await browser.submit(f"{url}/recover", code=browser.last_code())
    assert browser.status == 200
    assert browser.at != url
    newest = browser.bench.stripe.events.recorded[-1]["data"]["object"]
    assert newest["configuration"] == browser.bench.id("configuration.support")


async def test_recovery_has_a_deadline(browser: Browser) -> None:
    form = {
        "after_expiration[type]": "customer_login",
        "after_expiration[customer_login][expires_at]": str(START + 600),
    }
    url = await browser.portal("jenny", **form)
    browser.bench.clock.now += 500
    assert "Send code" in await browser.open(url)
    browser.bench.clock.now += 200
    assert "Send code" not in await browser.open(url)
