"""A Stripe account that nobody has set up: a customer who could not switch plans gets it, in the demo."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PAGE_PATIENCE, started

pytestmark = [pytest.mark.slow(20), pytest.mark.browser]


def test_an_agent_asks_a_lead_approves_the_customer_may_switch_and_undo_takes_it_back(
    browser: Browser, tmp_path: Path
) -> None:
    with started(tmp_path, "--account", "unfinished") as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PAGE_PATIENCE)
        page.goto(address)
        tour = page.locator("#tour section:visible")
        step = tour.locator(".primary")
        expect(step).to_have_text("/portal setup")
        step.click()
        expect(page.get_by_role("heading", name="Set-up:")).to_be_visible()
        tour.get_by_role("button", name="Skip this step").click()
        step.click()
        page.get_by_role("button", name="Ask for this change").first.click()
        page.get_by_role("button", name="Ask a lead").click()
        expect(tour).to_contain_text("Approve it")
        page.locator("#modal").get_by_text("The request waits").wait_for()
        page.keyboard.press("Escape")
        expect(page.locator("#modal")).to_be_hidden()
        step.click()
        page.get_by_role("button", name="Approve").click()
        page.get_by_role("button", name="Yes").click()
        undo = page.get_by_role("button", name="Undo")
        expect(undo).to_be_visible()
        step.click()
        page.get_by_role("button", name="Open", exact=True).click()
        plans = page.frame_locator("#portal-frame").get_by_text("Team")
        expect(plans).to_have_count(2)
        expect(tour).to_contain_text("That was the tour")
        page.select_option("#user", "U0PRIYA")
        page.click("[data-open=C0ALERTS]")
        undo.click()
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_text("undid the change")).to_be_visible()
        page.close()
