"""What the customer does changes objects, and is told as events."""

import pytest

from tests.sandbox.stripe.portal.conftest import Browser

UPDATED = "customer.subscription.updated"


def last(browser: Browser, kind: str) -> dict[str, object]:
    events = [event for event in browser.bench.stripe.events.recorded if event["type"] == kind]
    previous: dict[str, object] = events[-1]["data"]["previous_attributes"]
    return previous


async def test_cancelling_is_told_twice_because_the_reason_comes_afterwards(browser: Browser) -> None:
    url = await browser.portal("jenny")
    page = browser.subscription_page(url, "jenny", "cancel")
    assert "stays available until" in await browser.open(page)
    assert "Why did you cancel?" in await browser.submit(page)
    subscription = browser.stored("jenny.subscription")
    assert subscription["cancel_at"] == subscription["items"]["data"][0]["current_period_end"]
    assert subscription["cancel_at_period_end"] is False
    assert set(last(browser, UPDATED)) == {"cancel_at", "canceled_at", "cancellation_details"}
    await browser.submit(browser.at, feedback="other", comment="Moving abroad")
    assert browser.bench.kinds() == [UPDATED, UPDATED]
    assert last(browser, UPDATED) == {"cancellation_details": {"feedback": None, "comment": None}}
    assert "Don’t cancel subscription" in await browser.open(url)


async def test_classic_billing_sets_cancel_at_period_end(browser: Browser) -> None:
    url = await browser.portal("classic_mode")
    await browser.submit(browser.subscription_page(url, "classic_mode", "cancel"))
    assert browser.stored("classic_mode.subscription")["cancel_at_period_end"] is True


async def test_cancelling_at_once_ends_the_subscription(browser: Browser) -> None:
    url = await browser.portal("jenny", configuration=browser.bench.id("configuration.support"))
    await browser.submit(browser.subscription_page(url, "jenny", "cancel"))
    assert browser.stored("jenny.subscription")["status"] == "canceled"
    assert browser.bench.kinds() == ["customer.subscription.deleted"]
    assert "You have no subscription." in await browser.open(url)


@pytest.mark.parametrize("label", ["ending_classic", "ending_flexible"])
async def test_a_scheduled_cancellation_can_be_undone(browser: Browser, label: str) -> None:
    url = await browser.portal(label)
    text = await browser.submit(browser.subscription_page(url, label, "renew"))
    assert "will not be canceled" in text
    subscription = browser.stored(f"{label}.subscription")
    assert (subscription["cancel_at"], subscription["cancel_at_period_end"]) == (None, False)


async def test_the_offer_keeps_the_customer(browser: Browser) -> None:
    retention = "flow_data[subscription_cancel][retention]"
    form = browser.bench.flow("subscription_cancel", "jenny")
    form |= {f"{retention}[type]": "coupon_offer", f"{retention}[coupon_offer][coupon]": "STAY30"}
    url = await browser.portal("jenny", **form)
    assert "30 % off" in await browser.open(url)
    assert "Thank you for staying" in await browser.submit(browser.subscription_page(url, "jenny", "offer"))
    subscription = browser.stored("jenny.subscription")
    assert len(subscription["discounts"]) == 1
    assert subscription["cancel_at"] is None
    assert browser.bench.kinds() == ["customer.discount.created", UPDATED]


async def test_pausing_and_resuming(browser: Browser) -> None:
    url = await browser.portal("jenny")
    await browser.submit(browser.subscription_page(url, "jenny", "pause"))
    subscription = browser.stored("jenny.subscription")
    assert subscription["status"] == "paused"
    assert subscription["status_details"]["paused"]["subscription"]["type"] == "pause_requested"
    await browser.submit(browser.subscription_page(url, "jenny", "resume"))
    assert browser.stored("jenny.subscription")["status"] == "active"
    assert browser.bench.kinds() == [
        UPDATED,
        "customer.subscription.paused",
        UPDATED,
        "customer.subscription.resumed",
    ]


async def switch(browser: Browser, url: str, label: str, price: str, **form: str) -> tuple[str, str]:
    """Preview, then confirm; the texts of both pages."""
    page = browser.subscription_page(url, label, "confirm")
    wish = {"price": browser.bench.id(f"price.{price}"), **form}
    preview = await browser.submit(page, **wish)
    return preview, await browser.submit(page, confirmed="yes", **wish)


async def test_an_upgrade_happens_at_once(browser: Browser) -> None:
    url = await browser.portal("jenny")
    assert "Business" in await browser.open(browser.subscription_page(url, "jenny", "update"))
    preview, done = await switch(browser, url, "jenny", "team_monthly", quantity="3")
    assert "On your next invoice" in preview
    assert "has been updated" in done
    item = browser.stored("jenny.subscription")["items"]["data"][0]
    assert (item["price"], item["quantity"]) == (browser.bench.id("price.team_monthly"), 3)
    assert "items" in last(browser, UPDATED)


async def test_a_downgrade_waits_in_a_schedule_that_cancelling_releases(browser: Browser) -> None:
    url = await browser.portal("olga")
    preview, _ = await switch(browser, url, "olga", "starter_monthly")
    assert "Takes effect on" in preview
    schedule = browser.stored("olga.subscription")["schedule"]
    assert schedule is not None
    assert browser.bench.kinds() == ["subscription_schedule.created", UPDATED]
    blocked = await browser.bench.refused_session(400, browser.bench.flow("subscription_update", "olga"))
    assert "scheduled" in blocked["error"]["message"]
    await browser.submit(browser.subscription_page(url, "olga", "cancel"))
    assert browser.stored("olga.subscription")["schedule"] is None
    assert browser.bench.stripe.test.get(schedule)["status"] == "released"


async def test_a_change_ends_the_trial_and_is_charged(browser: Browser) -> None:
    url = await browser.portal("trialing")
    preview, _ = await switch(browser, url, "trialing", "business_monthly")
    assert "Your trial ends now." in preview
    assert "$80.00" in preview
    assert browser.stored("trialing.subscription")["status"] == "active"
    assert "invoice.paid" in browser.bench.kinds()


async def test_a_continued_trial_costs_nothing_today(browser: Browser) -> None:
    url = await browser.portal("trialing", configuration=browser.bench.id("configuration.support"))
    preview, _ = await switch(browser, url, "trialing", "business_monthly")
    assert "Your trial ends now." not in preview
    assert browser.stored("trialing.subscription")["status"] == "trialing"


async def test_seats_are_changed_within_their_bounds(browser: Browser) -> None:
    url = await browser.portal("noah")
    await switch(browser, url, "noah", "team_monthly", quantity="8")
    assert browser.stored("noah.subscription")["items"]["data"][0]["quantity"] == 8
    await switch(browser, url, "noah", "team_monthly", quantity="51")
    assert browser.status == 409


async def test_a_promotion_code_becomes_a_discount(browser: Browser) -> None:
    url = await browser.portal("jenny")
    assert "not valid" in (await switch(browser, url, "jenny", "team_monthly", code="OVER"))[0]
    preview, _ = await switch(browser, url, "jenny", "team_monthly", code="welcome20")
    assert "Discount" in preview
    assert "customer.discount.created" in browser.bench.kinds()


async def test_a_discount_comes_off_what_is_due_today(browser: Browser) -> None:
    url = await browser.portal("trialing")
    preview, _ = await switch(browser, url, "trialing", "business_monthly", code="WELCOME20")
    assert "$56.00" in preview
    invoice = browser.stored("trialing.subscription")["latest_invoice"]
    assert browser.bench.stripe.test.get(invoice)["amount_paid"] == 5_600


async def test_a_new_card_becomes_the_default(browser: Browser) -> None:
    url = await browser.portal("jenny")
    text = await browser.submit(f"{url}/payment", card="mastercard")
    assert "has been updated" in text
    assert "Mastercard •••• 4444" in text
    assert browser.bench.kinds() == ["payment_method.attached", "customer.updated"]
    former = next(
        one["id"]
        for one in browser.bench.stripe.test.every("payment_method")
        if one["customer"] == browser.bench.id("jenny") and one["card"]["last4"] == "4242"
    )
    await browser.submit(f"{url}/methods/{former}/remove")
    assert browser.bench.kinds()[-1] == "payment_method.detached"
    assert "4242" not in await browser.open(url)


async def test_a_declined_card_changes_nothing(browser: Browser) -> None:
    url = await browser.portal("jenny")
    assert "declined" in await browser.submit(f"{url}/payment", card="declined")
    assert browser.status == 402
    assert browser.bench.kinds() == []


async def test_a_card_that_fails_later_leaves_the_invoice_open(browser: Browser) -> None:
    url = await browser.portal("trialing")
    await browser.submit(f"{url}/payment", card="fails_later")
    await switch(browser, url, "trialing", "business_monthly")
    assert browser.stored("trialing.subscription")["status"] == "past_due"
    assert "invoice.payment_failed" in browser.bench.kinds()


async def test_an_open_invoice_can_be_paid(browser: Browser) -> None:
    url = await browser.portal("past_due")
    invoice = browser.stored("past_due.subscription")["latest_invoice"]
    assert "has been paid" in await browser.submit(f"{url}/invoices/{invoice}/pay")
    assert browser.stored("past_due.subscription")["status"] == "active"
    assert browser.bench.kinds() == ["invoice.paid", UPDATED]


async def test_details_are_changed_as_far_as_allowed(browser: Browser) -> None:
    browser.stored("configuration.default")["features"]["customer_update"]["allowed_updates"] = ["name"]
    url = await browser.portal("jenny")
    await browser.submit(f"{url}/details", name="Jenny R.", email="evil@example.com")
    assert browser.stored("jenny")["name"] == "Jenny R."
    assert browser.stored("jenny")["email"] == "jenny@example.com"
    assert last(browser, "customer.updated") == {"name": "Jenny Rosen"}


async def test_another_customers_objects_are_out_of_reach(browser: Browser) -> None:
    url = await browser.portal("jenny")
    for action in ("cancel", "renew", "pause", "confirm", "reason"):
        await browser.submit(browser.subscription_page(url, "noah", action))
    invoice = browser.stored("past_due.subscription")["latest_invoice"]
    await browser.submit(f"{url}/invoices/{invoice}/pay")
    assert browser.status == 403
    assert browser.bench.kinds() == []
