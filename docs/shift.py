"""Plays an agent's shift and nights on call in the demo, and shows them in docs/a-shift.md.

`python -m docs.shift` takes the pictures anew and writes the page, with Chromium. What is played stands in
docs/shift.yaml; tests/browser/test_shift.py plays the same.
"""

import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import yaml
from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from docs.pictures import DESK, FOLDER, SETTLES_MS, demo, opened

PAGE = FOLDER / "a-shift.md"
PICTURES = FOLDER / "pictures" / "shift"
SHIFTS = (("tickets", "U0ALEX", "C0SUPPORT"), ("nights", "U0SAM", "C0ALERTS"))
NIGHTS = {
    "payment": "A payment fails",
    "dispute": "A dispute comes",
    "payout": "A payout fails",
    "fraud": "The card network suspects fraud",
    "not-sent": "An invoice can't be sent",
    "confirm": "A bank asks the customer to confirm",
    "lost": "A customer is lost to unpaid invoices",
    "page": "Something else is on fire",
    "take-over": "Somebody else has to sleep",
    "fifty": "Fifty payments fail at once",
}
HEAD = """# A shift, and nights on call

Twenty tickets as they come in a shift, and ten things that happen at night, played in the demo: each with
what is typed or **pressed**, and what stands there then. Two steps are enough for all of them.
`python -m docs.shift` plays them anew and writes this page; a test plays them too.
"""
QUALITY = 60


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket of a shift, or something that happens in the night.

    `steps` are lines to type (after `/portal`) or buttons to press; `sees` are words that stand there at the
    end, in a `window` if that is set. `says` are the customer's words. `happens` is an event of Stripe's, to
    the customer with the label `to` or to `times` of them; `alert` are words of the alert that comes of it.
    """

    name: str
    steps: tuple[str | dict[str, str], ...]
    sees: str
    says: str = ""
    happens: str = ""
    to: str = ""
    alert: str = ""
    times: int = 1
    window: bool = False


def cases(part: str) -> tuple[Case, ...]:
    """Read the `tickets` or the `nights`."""
    read: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "shift.yaml").read_text("utf-8"))
    return tuple(Case(**{**each, "steps": tuple(each["steps"])}) for each in read[part])


def play(page: Page, address: str, case: Case) -> Locator:
    """Go through the steps of a case; gives what is seen at last, once its words stand there."""
    seen = _alert(page, address, case) if case.happens else page.locator("#messages article").last
    for step in case.steps:
        seen = _types(page, step, case) if isinstance(step, str) else _presses(seen, step["press"])
    expect(seen).to_contain_text(case.sees)
    return seen


def leave(page: Page) -> None:
    """Close the window that a case has left open."""
    if page.get_by_role("dialog").is_visible():
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


def become(page: Page, user: str, channel: str) -> None:
    """Be somebody, in a channel."""
    page.select_option("#user", user)
    page.click(f"[data-open={channel}]")


def _alert(page: Page, address: str, case: Case) -> Locator:
    """Have it happen; gives the alert, once the channel shows it."""
    stories = httpx.get(f"{address}/sandbox/stories").raise_for_status().json()
    customer = next((each["customer"] for each in stories if each["label"] == case.to), "")
    body = {"kind": case.happens, "customer": customer, "times": case.times}
    httpx.post(f"{address}/sandbox/happen", json=body).raise_for_status()
    shown = page.locator("#messages article", has_text=case.alert)
    return page.locator(f"#messages article[data-ts='{shown.first.get_attribute('data-ts')}']")


def _types(page: Page, line: str, case: Case) -> Locator:
    answers = page.locator("#messages article.ephemeral:not(.command)")
    before = answers.count()
    page.fill("#text", f"/portal {line}")
    page.press("#text", "Enter")
    if case.window:
        return page.get_by_role("dialog")
    expect(answers).to_have_count(before + 1)
    return answers.nth(before)


def _presses(seen: Locator, label: str) -> Locator:
    seen.get_by_role("button", name=label).first.click()
    return seen


def takes(seen: Locator, case: Case) -> None:
    """Take a small picture of what is seen."""
    PICTURES.mkdir(exist_ok=True)
    picture = Image.open(io.BytesIO(seen.screenshot())).convert("RGB")
    picture.save(PICTURES / f"{case.name}.webp", quality=QUALITY, method=6)


def page_of(parts: Mapping[str, Sequence[Case]]) -> str:
    """Write docs/a-shift.md."""
    written = [HEAD]
    for part, title in (("tickets", "Twenty tickets"), ("nights", "Ten times in the night")):
        written.append(f"## {title}\n")
        for case in parts[part]:
            name = f"“{case.says}”" if case.says else NIGHTS[case.name]
            done = ", then ".join(
                f"`/portal {step}`" if isinstance(step, str) else f"**{step['press']}**"
                for step in case.steps
            )
            written.append(f"### {name}\n\n{done}\n\n![{name}](pictures/shift/{case.name}.webp)\n")
    return "\n".join(written)


def main() -> None:
    """Play everything, take the pictures and write the page."""
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright, demo() as address:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = opened(browser, address, DESK)
        for part, user, channel in SHIFTS:
            become(page, user, channel)
            for case in cases(part):
                seen = play(page, address, case)
                page.mouse.move(5, 5)
                page.wait_for_timeout(SETTLES_MS)
                takes(seen, case)
                leave(page)
        browser.close()
    PAGE.write_text(page_of({part: cases(part) for part, *_ in SHIFTS}), encoding="utf-8")


if __name__ == "__main__":
    main()
