"""Takes README's moving picture, frame by frame from the demo: `python -m docs.moving_picture`.

An agent finds a customer and makes a link, the customer cancels behind it, and whoever is on call takes the
alert.
Needs what `docs.pictures` needs.
"""

import io
import re
import shutil
from dataclasses import dataclass, field

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from docs.pictures import FOLDER, SETTLES_MS, demo, opened

FILE = FOLDER / "demo.webp"
SEEN_AT = {"width": 1280, "height": 800}
SHOWN_AT = (960, 600)
QUALITY = 72
LARGEST = 600_000
"""Bytes; README is read on phones too."""
LOOK_MS, KEY_MS, PRESS_MS, PAUSE_MS = 2_600, 110, 900, 500
KEYS_AT_ONCE = 3
"""Letters that appear in one frame."""
POINTER = """
([x, y]) => {
    const ring = document.createElement('div');
    ring.id = 'pointer';
    ring.style = `position:fixed;left:${x - 16}px;top:${y - 16}px;width:32px;height:32px;border-radius:50%;`
        + 'border:3px solid #e01e5a;background:#e01e5a33;z-index:9999;pointer-events:none';
    document.body.append(ring);
}
"""


@dataclass
class Film:
    """The frames so far, each with how long it is shown, in milliseconds."""

    page: Page
    frames: list[Image.Image] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)

    def shows(self, milliseconds: int) -> None:
        """Take a frame of the page as it is."""
        picture = Image.open(io.BytesIO(self.page.screenshot()))
        self.frames.append(picture.convert("RGB").resize(SHOWN_AT, Image.Resampling.LANCZOS))
        self.lengths.append(milliseconds)

    def settles(self, milliseconds: int = LOOK_MS) -> None:
        """Take a frame once panes and messages have faded in."""
        self.page.wait_for_timeout(SETTLES_MS)
        self.shows(milliseconds)

    def types(self, text: str) -> Locator:
        """Type into the composer; gives the answer, once it is there."""
        articles = self.page.locator("#messages article")
        before = articles.count()
        for end in range(1, len(text), KEYS_AT_ONCE):
            self.page.fill("#text", text[:end])
            self.shows(KEY_MS)
        self.page.fill("#text", text)
        self.shows(PAUSE_MS)
        self.page.press("#text", "Enter")
        answer = articles.nth(before + 1)
        answer.get_by_role("button", name="Dismiss").wait_for(state="attached")
        return answer

    def presses(self, button: Locator) -> None:
        """Show where the pointer is, and press."""
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None  # noqa: S101 - it was scrolled into view
        self.page.evaluate(POINTER, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        self.shows(PRESS_MS)
        self.page.evaluate("document.getElementById('pointer').remove()")
        button.click()

    def save(self) -> int:
        """Write the file; gives its size in bytes."""
        first, *others = self.frames
        first.save(
            FILE,
            save_all=True,
            append_images=others,
            duration=self.lengths,
            loop=0,
            quality=QUALITY,
            method=6,
            minimize_size=True,
        )
        return FILE.stat().st_size


def play(film: Film) -> None:
    """From the customer's question to the alert that somebody takes."""
    page = film.page
    film.settles(PAUSE_MS)
    card = film.types("/portal noah@example.com")
    film.settles()
    film.presses(card.get_by_role("button", name=re.compile("[Cc]ancel")))
    link = (
        page.locator("#messages article").filter(has=page.get_by_role("button", name="Open", exact=True)).last
    )
    link.wait_for()
    film.settles()
    film.presses(link.get_by_role("button", name="Open", exact=True))
    portal = page.frame_locator("#portal-frame")
    portal.locator("h1").first.wait_for(state="attached")
    film.settles()
    film.presses(portal.get_by_role("button", name="Cancel"))
    film.settles(PRESS_MS)
    page.select_option("#user", "U0SAM")
    film.presses(page.locator("[data-open=C0ALERTS]"))
    told = page.locator("#messages article").last
    told.get_by_role("button", name="Acknowledge").wait_for()
    film.settles()
    film.presses(told.get_by_role("button", name="Acknowledge"))
    told.get_by_text("Acknowledged by").wait_for()
    film.settles(2 * LOOK_MS)


def main() -> None:
    """Take the moving picture; an error when it is too large for a README."""
    with sync_playwright() as playwright, demo() as address:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        film = Film(opened(browser, address, SEEN_AT))
        play(film)
        browser.close()
    size = film.save()
    if size > LARGEST:
        raise SystemExit(f"{FILE.name} has {size:,} bytes, more than {LARGEST:,}.")


if __name__ == "__main__":
    main()
