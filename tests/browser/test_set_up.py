"""From a Stripe account on its first day to a customer who changes plans, in the demo."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PAGE_PATIENCE, started

pytestmark = [pytest.mark.slow(20), pytest.mark.browser]

DONE = "✓"


def types(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def step(page: Page, title: str) -> Locator:
    """A step of the checklist, of which there is one: it is redrawn in its place."""
    return page.locator("#messages .block.section").filter(has_text=title)


def says_yes(page: Page, label: str) -> None:
    window = page.locator("#modal")
    window.get_by_role("button", name=label).click()
    expect(window).to_contain_text("told where you asked" if label == "Change it" else "waits for a lead")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()


def presses_undo(page: Page) -> None:
    page.get_by_role("button", name="Undo").last.click()
    page.get_by_role("button", name="Yes").click()


def test_a_lead_sets_the_portal_up_an_agent_asks_a_lead_approves_and_undo_takes_it_back(
    browser: Browser, tmp_path: Path
) -> None:
    with started(tmp_path, "--account", "fresh") as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PAGE_PATIENCE)
        page.goto(address)
        page.select_option("#user", "U0PRIYA")
        types(page, "/portal setup")
        expect(page.get_by_role("heading", name="Set-up: 12 steps to go")).to_be_visible()
        for done in ("account", "product", "portal", "endpoint", "customer"):
            httpx.post(f"{address}/sandbox/dashboard", json={"step": done}).raise_for_status()
        page.get_by_role("button", name="Look again").click()
        expect(page.get_by_role("heading", name="Set-up: 2 steps to go")).to_be_visible()

        for title in ("Login page", "Way back to your site", "What customers may do"):
            step(page, title).get_by_role("button", name="Change this setting").click()
            says_yes(page, "Change it")
            expect(step(page, title)).to_contain_text(DONE)
        presses_undo(page)
        expect(step(page, "What customers may do")).to_contain_text("can't switch plans")
        step(page, "Headline and policies").get_by_role("button", name="Fill in").click()
        page.get_by_label("Privacy policy").fill("https://example.com/privacy")
        page.get_by_label("Terms of service").fill("https://example.com/terms")
        page.get_by_role("button", name="Show the change").click()
        says_yes(page, "Change it")
        expect(page.get_by_role("heading", name="Set-up: ready for customers")).to_be_visible()

        page.select_option("#user", "U0ALEX")
        types(page, "/portal why frida@example.com update")
        page.get_by_role("button", name="Ask for this change").first.click()
        says_yes(page, "Ask a lead")
        page.select_option("#user", "U0PRIYA")
        page.click("[data-open=C0ALERTS]")
        expect(page.get_by_text("asks to change Default for Frida First")).to_be_visible()
        page.get_by_role("button", name="Approve").click()
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_role("button", name="Undo").last).to_be_visible()

        page.select_option("#user", "U0ALEX")
        page.click("[data-open=C0SUPPORT]")
        types(page, "/portal update frida@example.com")
        page.get_by_role("button", name="Open", exact=True).click()
        portal = page.frame_locator("#portal-frame")
        portal.get_by_text("$200.00").click()
        portal.get_by_role("button", name="Continue").click()
        portal.get_by_role("button", name="Confirm").click()
        expect(portal.get_by_text("Your subscription has been updated.")).to_be_visible()

        page.select_option("#user", "U0PRIYA")
        page.click("[data-open=C0ALERTS]")
        expect(page.get_by_text("asks to change Default for Frida First")).to_be_visible()
        presses_undo(page)
        expect(page.get_by_text("undid the change")).to_be_visible()
        page.close()
