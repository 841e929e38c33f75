"""Takes the README's picture: `python docs/pictures.py ADDRESS`, with the demo running there and Chromium."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def take(address: str, folder: Path) -> None:
    """Type as an agent would, and take a picture of the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        page.get_by_text("my card expired").wait_for()
        page.locator("#text").fill("/portal jenny@example.com")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Whole portal").wait_for()
        page.locator("#text").fill("/portal home jenny@example.com for:ticket 42")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Open", exact=True).last.click()
        page.frame_locator("#portal-frame").get_by_text("Starter").first.wait_for()
        page.wait_for_timeout(700)  # the pane fades in
        page.mouse.move(5, 5)
        page.screenshot(path=folder / "demo.png")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], Path(__file__).parent)
