"""Takes the pictures of the docs: `python -m docs.pictures`, with Chromium and a font with emoji."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

FOLDER = Path(__file__).parent
DESK = {"width": 1440, "height": 900}
WIDE = {"width": 1440, "height": 700}
PHONE = {"width": 390, "height": 844}
SETTLES_MS = 700
"""Panes and messages fade in."""


@contextmanager
def demo(*options: str) -> Iterator[str]:
    """Start a demo on a free port; gives its address."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    try:
        found = re.search(r"http://[\d.]+:\d+", process.stdout.readline() if process.stdout else "")
        if found is None:
            raise SystemExit("The demo did not start.")
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)


def opened(browser: Browser, address: str, size: dict[str, int], *, tour: bool = False) -> Page:
    """Open the demo's page, without the tour unless it belongs into the picture, or there is none."""
    page = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    page.goto(address)
    page.locator("#messages article").first.wait_for()
    if not tour:
        page.locator("#tour [data-tour=end]:visible").click()
    return page


def types(page: Page, text: str) -> Locator:
    """Type into the composer; gives the answer."""
    page.wait_for_timeout(SETTLES_MS)  # another channel or reader may just be loading
    articles = page.locator("#messages article")
    before = articles.count()
    page.fill("#text", text)
    page.press("#text", "Enter")
    articles.nth(before + 1).get_by_role("button", name="Dismiss").wait_for(state="attached")
    return articles.nth(before + 1)


def takes(page: Page, name: str) -> None:
    """Take the picture once everything stands still, with the pointer out of the way."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=FOLDER / name)


def opens(page: Page, text: str) -> None:
    """Make a link, and open it as the customer."""
    types(page, text).get_by_role("button", name="Open", exact=True).click()
    page.frame_locator("#portal-frame").locator("h1").first.wait_for(state="attached")


def start(browser: Browser, address: str) -> None:
    """The tour on a phone, with a link."""
    page = opened(browser, address, DESK)
    opens(page, "/portal home jenny@example.com for:ticket 42")
    page.close()
    page = opened(browser, address, PHONE, tour=True)
    takes(page, "pictures/phone.png")
    page.close()


def product(browser: Browser, address: str) -> None:
    """What customers see of a plan: in Slack, and as the portal shows it."""
    page = opened(browser, address, DESK)
    types(page, "/portal product Team")
    page.click(".tabs [data-tab=portal]")
    page.click(".products a:has-text('Team')")
    page.frame_locator("#portal-frame").get_by_text("Bank statement").wait_for()
    takes(page, "pictures/product.png")
    page.close()


def alert(browser: Browser, address: str) -> None:
    """An alert from the cancellation to its end."""
    page = opened(browser, address, WIDE)
    opens(page, "/portal cancel noah@example.com")
    portal = page.frame_locator("#portal-frame")
    portal.get_by_role("button", name="Cancel").click()
    page.click("[data-open=C0ALERTS]")
    told = page.locator("#messages article").last
    told.get_by_role("button", name="Acknowledge").wait_for()
    takes(page, "pictures/alert-open.png")
    portal.locator("input[type=radio]").first.check()
    portal.get_by_role("button", name="Submit").click()
    told.get_by_text("Reason:").wait_for()
    takes(page, "pictures/alert-reason.png")
    page.select_option("#user", "U0SAM")
    told.get_by_role("button", name="Acknowledge").click()
    told.get_by_text("Acknowledged by").wait_for()
    takes(page, "pictures/alert-acknowledged.png")
    told.locator(".overflow summary").click()
    told.get_by_role("menuitem", name="Snooze for 1 hour").click()
    told.get_by_text("Snoozed").wait_for()
    takes(page, "pictures/alert-snoozed.png")
    told.get_by_role("button", name="Resolve").click()
    told.get_by_text("Resolved").wait_for()
    takes(page, "pictures/alert-resolved.png")
    page.close()


def events(browser: Browser, address: str) -> None:
    """The pane that makes things happen, and what comes of a dispute."""
    page = opened(browser, address, DESK)
    page.click("[data-open=C0ALERTS]")
    page.click(".tabs [data-tab=events]")
    page.click("[data-happen='charge.dispute.created']")
    page.get_by_text("dispute", exact=False).first.wait_for()
    page.wait_for_timeout(2 * SETTLES_MS)
    takes(page, "pictures/events.png")
    page.close()


def billing_help(browser: Browser, address: str, size: dict[str, int], name: str) -> None:
    """The global shortcut: its field while somebody types, and what it offers then."""
    page = opened(browser, address, size)
    page.click("[data-anywhere]")
    field = page.locator("#modal .lookup input")
    field.wait_for()
    field.fill("example")
    page.locator("#modal [role=option]").first.wait_for()
    takes(page, f"pictures/type-ahead{name}.png")
    field.fill("noah")
    page.locator("#modal [role=option]", has_text="Noah").first.click()
    page.locator("#modal").get_by_text("Team,").wait_for()
    takes(page, f"pictures/shortcut{name}.png")
    page.locator("#modal [data-close-all]").click()
    page.locator("#modal").wait_for(state="hidden")
    page.close()


def outcome(browser: Browser, address: str) -> None:
    """What came of a link: the customer changes the card, and the agent hears of it where they asked."""
    page = opened(browser, address, DESK)
    opens(page, "/portal payment jenny@example.com for:ticket 42")
    portal = page.frame_locator("#portal-frame")
    portal.locator("input[type=radio]").first.check()
    portal.get_by_role("button").last.click()
    page.get_by_text("used your payment link").first.wait_for(timeout=40_000)
    types(page, "/portal history jenny@example.com")
    takes(page, "pictures/outcome.png")
    page.close()


def paging(browser: Browser, address: str) -> None:
    """A page that somebody types, and the group of whoever is on call after somebody takes over."""
    page = opened(browser, address, WIDE)
    types(page, "/portal page Checkout refuses every card since 14:00")
    page.click("[data-open=C0ALERTS]")
    page.get_by_role("button", name="Acknowledge").last.wait_for()
    takes(page, "pictures/page.png")
    page.click("[data-open=C0SUPPORT]")
    page.click(".tabs [data-tab=traffic]")
    changed = page.get_by_text("usergroups.users.update")
    changed.first.wait_for()  # at the start it was given its first holder
    before = changed.count()
    types(page, "/portal oncall take:2h")
    changed.nth(before).wait_for(timeout=40_000)
    takes(page, "pictures/group.png")
    page.close()


def set_up(browser: Browser, address: str) -> None:
    """An account on its first day, set up from its checklist until it is ready."""
    page = opened(browser, address, DESK, tour=True)
    page.select_option("#user", "U0PRIYA")
    types(page, "/portal setup").evaluate("answer => answer.scrollIntoView()")
    takes(page, "pictures/setup-fresh.png")
    page.click(".tabs [data-tab=events]")
    for done in ("account", "product", "portal", "endpoint", "customer"):
        page.click(f"[data-dashboard={done}]")
        page.get_by_text("Done:").wait_for()
    page.get_by_role("button", name="Look again").click()
    step(page, "Login page").get_by_role("button").wait_for()
    shows_list(page, "pictures/setup.png")
    for title in ("Login page", "Way back to your site"):
        step(page, title).get_by_role("button", name="Change this setting").click()
        page.get_by_role("button", name="Change it").click()
        leaves_window(page, "told where you asked")
        step(page, title).get_by_text("✓").wait_for()
    step(page, "Headline and policies").get_by_role("button", name="Fill in").click()
    page.get_by_label("Headline").fill("Your plan with Example")
    page.get_by_label("Privacy policy").fill("https://example.com/privacy")
    page.get_by_label("Terms of service").fill("https://example.com/terms")
    takes(page, "pictures/setup-fill-in.png")
    page.get_by_role("button", name="Show the change").click()
    page.get_by_role("button", name="Change it").click()
    leaves_window(page, "told where you asked")
    page.get_by_role("heading", name="ready for customers").wait_for()
    step(page, "What customers may do").get_by_role("button", name="Change this setting").click()
    page.get_by_role("button", name="Change it").wait_for()
    takes(page, "pictures/setup-features.png")
    page.keyboard.press("Escape")
    shows_list(page, "pictures/setup-ready.png")
    page.close()
    page = opened(browser, address, PHONE, tour=True)
    types(page, "/portal setup").evaluate("answer => answer.scrollIntoView()")
    takes(page, "pictures/setup-phone.png")
    page.close()


def change(browser: Browser, address: str) -> None:
    """A customer of that account who could not switch plans: asked for, approved, switched, undone."""
    page = opened(browser, address, DESK, tour=True)
    why = types(page, "/portal why frida@example.com update")
    why.get_by_role("button", name="Ask for this change").first.click()
    page.get_by_role("button", name="Ask a lead").wait_for()
    takes(page, "pictures/change-window.png")
    page.get_by_role("button", name="Ask a lead").click()
    leaves_window(page, "The request waits")
    page.select_option("#user", "U0PRIYA")
    page.click("[data-open=C0ALERTS]")
    page.get_by_role("button", name="Approve").wait_for()
    takes(page, "pictures/change-asked.png")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Yes").click()
    undo = page.get_by_role("button", name="Undo").last
    undo.wait_for()
    takes(page, "pictures/change-approved.png")
    page.select_option("#user", "U0ALEX")
    page.click("[data-open=C0SUPPORT]")
    opens(page, "/portal update frida@example.com")
    takes(page, "pictures/change-made.png")
    portal = page.frame_locator("#portal-frame")
    portal.get_by_text("$200.00").click()
    portal.get_by_role("button", name="Continue").click()
    portal.get_by_role("button", name="Confirm").click()
    page.select_option("#user", "U0PRIYA")
    page.click("[data-open=C0ALERTS]")
    page.get_by_text("asks to change").wait_for()
    undo.click()
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("undid the change").wait_for()
    takes(page, "pictures/change-undone.png")
    page.close()


def step(page: Page, title: str) -> Locator:
    """A step of the checklist that stands there."""
    return page.locator("#messages .block.section").filter(has_text=title)


def shows_list(page: Page, name: str) -> None:
    """Take a picture of the checklist from its beginning."""
    heading = page.locator("#messages article").filter(has=page.get_by_role("heading", name="Set-up"))
    heading.evaluate("answer => answer.scrollIntoView()")
    takes(page, name)


def leaves_window(page: Page, told: str) -> None:
    """Close the window once it says this."""
    page.locator("#modal").get_by_text(told).wait_for()
    page.keyboard.press("Escape")
    page.locator("#modal").wait_for(state="hidden")


def main() -> None:
    """Take every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with demo() as address:
            for take in (start, product, alert, events, outcome, paging):
                take(browser, address)
            for size, name in ((DESK, ""), (PHONE, "-phone")):
                billing_help(browser, address, size, name)
        with demo("--account", "fresh") as address:
            set_up(browser, address)
            change(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
