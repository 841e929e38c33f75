"""The circle closed in a real browser: a customer cancels, an alert appears, somebody takes it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_job import answer_to

pytestmark = [pytest.mark.browser, pytest.mark.slow(10)]


def test_a_cancellation_with_its_reason_becomes_an_alert_that_somebody_takes(page: Page) -> None:
    answer_to(page, "/portal cancel noah@example.com").get_by_role("button", name="Open", exact=True).click()
    portal = page.frame_locator("#portal-frame")
    portal.get_by_role("button", name="Cancel").click()
    portal.get_by_label("too expensive").check()
    portal.get_by_role("button", name="Submit").click()
    page.get_by_role("link", name="billing-alerts").or_(
        page.get_by_role("button", name="billing-alerts")
    ).click()
    alert = page.locator("article", has_text="is going to cancel")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("Reason: too expensive")
    page.get_by_label("You are").select_option("U0SAM")
    alert.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(alert).to_contain_text("Acknowledged by")
    alert.get_by_role("button", name="Resolve").click()
    expect(alert).to_contain_text("Resolved by")
    expect(alert.get_by_role("button", name="Reopen")).to_be_visible()
