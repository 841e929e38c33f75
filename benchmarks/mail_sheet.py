"""`docs/mails.png`: the mails in several languages, light and dark, as Chromium shows them.

python -m benchmarks.mail_sheet [docs/mails.png]

Needs fonts for every script: fonts-noto-core and fonts-noto-cjk.
"""

import base64
import html
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot.mail.templates import LINK, Contents, MailTemplates, Merchant
from bot.words import messages_folder

NOW = 1_800_000_000
SHOWN = (
    ("en", "login_link", "Jenny Rosen", False),
    ("de", "login_link", "Jürgen Groß", False),
    ("ru", "login_link", "Анна Иванова", False),
    ("fr", "recovery_link", "Zoé Lefèvre", False),
    ("pt-BR", "recovery_link", "João Silva", True),
    ("el", "login_link", "Ελένη Παπαδοπούλου", True),
    ("ja", "login_link", "佐藤 花子", False),
    ("zh", "recovery_link", "王小明", False),
    ("th", "login_link", "สมชาย ใจดี", True),
)
WIDTH, ACROSS, GAP = 640, 3, 24
URL = "https://billing.stripe.com/p/login/test_4gw5kQ?prefilled_email=jenny%40example.com"


def sheet(path: Path) -> None:
    """Render every mail by itself, so that each has its own color scheme, and put them side by side."""
    templates = MailTemplates(messages_folder())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        shots = [
            _mail(browser.new_page(color_scheme="dark" if each[3] else "light"), templates, each)
            for each in SHOWN
        ]
        page = browser.new_page(viewport={"width": ACROSS * (WIDTH + GAP) + GAP, "height": 400})
        cells = "".join(f'<img width="{WIDTH}" src="{shot}">' for shot in shots)
        style = (
            f"body{{margin:0;padding:{GAP}px;background:#d5dbe3;display:grid;gap:{GAP}px;"
            f"grid-template-columns:repeat({ACROSS},{WIDTH}px)}}img{{border-radius:10px;display:block}}"
        )
        page.set_content(f"<style>{style}</style>{cells}")
        page.screenshot(path=str(path), full_page=True)
        browser.close()


def _mail(page: Page, templates: MailTemplates, shown: tuple[str, str, str, bool]) -> str:
    locale, template, name, _dark = shown
    merchant = Merchant("Willow & Finch", "help@willowfinch.example", color="#1f6f54")
    personal = template == "recovery_link"
    contents = Contents(
        template,
        locale,
        name,
        LINK if personal else URL,
        note="" if locale != "en" else "Your new card can be added there.\nBest, Alex",
        until=NOW + 7 * 86_400 if personal else None,
    )
    rendered = templates.write(contents, merchant, NOW)
    page.set_viewport_size({"width": WIDTH, "height": 770})
    style = "margin:0;padding:14px 20px;font:600 15px sans-serif;background:#8883"
    head = f"<p style='{style}'>{html.escape(rendered.subject)}</p>"
    body = rendered.html.replace(LINK, "https://billing.stripe.com/p/session/test_YWNjdF8xM0…")
    page.set_content(body)
    page.evaluate("head => document.body.insertAdjacentHTML('afterbegin', head)", head)
    return "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()


if __name__ == "__main__":
    sheet(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/mails.png"))
