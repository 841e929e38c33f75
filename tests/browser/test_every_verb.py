"""The README's table of commands, typed line by line into the demo as shipped, and a mail to its end."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow(20)]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
WHO = "jenny@example.com"
LINK = "Hand it to nobody else"
TYPED: dict[str, dict[str, str]] = {
    "/portal <who>": {WHO: "Jenny Rosen"},
    "/portal home <who>": {
        f"home {WHO} for:ticket 7 locale:de recover:2h": LINK,
        f"home {WHO} config:support-desk": LINK,
        f"home {WHO} return:account": LINK,
    },
    "/portal payment <who>": {f"payment {WHO} then:thanks": LINK},
    "/portal details <who>": {f"details {WHO} then:home": LINK},
    "/portal cancel <sub or who> [offer:<coupon>]": {
        f"cancel {WHO}": LINK,
        f"cancel {WHO} offer:STAY30": "an offer to stay",
    },
    "/portal pause <sub or who>": {f"pause {WHO}": LINK},
    "/portal update <sub or who>": {f"update {WHO} then:return return:account": LINK},
    "/portal switch <sub or who> [<price>] [qty:<n>] [coupon:<id>] [promo:<id or code>]": {
        f"switch {WHO} team_monthly": LINK,
        f"switch {WHO} team_monthly qty:2": LINK,
        f"switch {WHO} team_monthly coupon:ONCE10": LINK,
        f"switch {WHO} team_monthly promo:WELCOME20": LINK,
    },
    "/portal why <sub or who> [update / cancel / pause / qty:<n> / <price>]": {
        f"why {WHO}": "What the portal lets this customer do",
        f"why {WHO} update": "Yes",
        f"why {WHO} cancel": "Yes",
        f"why {WHO} pause": "Yes",
        f"why {WHO} qty:3": "is fixed in the portal configuration",
        f"why {WHO} team_monthly": "Yes",
    },
    "/portal invoices <who>": {f"invoices {WHO}": "paid", f"receipt {WHO}": "I read “receipt” as invoices"},
    "/portal email <who>": {},  # opens a window: see below
    "/portal passcode <email>": {f"passcode {WHO}": "nothing stands in the way in Stripe"},
    "/portal config [<bpc_… or name>] [edit / copy:<name>]": {
        "config": "Portal configurations",
        "config Support desk": "login page of this portal configuration",
    },
    "/portal setup [<bpc_… or name>]": {"setup": "Login page", "setup Support desk": "Support desk"},
    "/portal product <prod_… price_… lookup key or name>": {
        "product Team": "On the bank statement",
        "product starter_monthly": "At checkout",
    },
    "/portal history [<who>]": {"history": "Latest entries", f"history {WHO}": "switch: made"},
    "/portal oncall": {
        "oncall": "On call now: @Sam Ortiz",
        "oncall take:18:00": "You're on call until",
        "oncall back": "Handed back",
        "oncall take:2h": "Standing in",
        "oncall swap:@sam": "I've asked",
    },
    "/portal alerts": {
        "alerts": "No open alerts",
        "alerts test": "A test page is on its way to the alert channel",
        "alerts mute:cancellation until:2h": "is silent until",
        "alerts ack:all": "acknowledged, thank you",
    },
    "/portal page <text>": {"page checkout is down": "It escalates until somebody acknowledges it"},
    "/portal doctor": {"doctor": "works, with 3 remarks"},
    "/portal help": {"help": "What you can type"},
}
"""By row of the table: what is typed after the command, and words of the answer."""


def rows() -> list[str]:
    table = README.partition("<!-- verbs:start -->")[2].partition("<!-- verbs:end -->")[0]
    return re.findall(r"^\| `(/portal[^`]*)` \|", table, re.MULTILINE)


def type_in(page: Page, typed: str) -> None:
    page.locator("#text").fill(f"/portal {typed}")
    page.keyboard.press("Enter")


def newest_answer(page: Page, after: int) -> Locator:
    answers = page.locator("article.ephemeral:not(.command)")
    expect(answers).to_have_count(after + 1)
    return answers.nth(after)


def test_no_row_of_the_table_is_left_out() -> None:
    assert rows() == list(TYPED)


def test_every_command_of_the_table_is_answered_by_the_demo_as_it_is_shipped(page: Page) -> None:
    lines = [line for row in rows() for line in TYPED[row].items()]
    for number, (typed, words) in enumerate(lines):
        type_in(page, typed)
        expect(newest_answer(page, number), typed).to_contain_text(words)
    expect(page.locator("#alarm")).to_be_hidden()


def test_a_mail_goes_from_the_window_to_the_mailbox_and_its_link_to_the_login_page(page: Page) -> None:
    type_in(page, f"email {WHO}")
    window = page.get_by_role("dialog")
    expect(window).to_contain_text("Your billing page at Example Inc")
    window.get_by_role("button", name="Send").click()
    accepted = re.compile(r"The mail server has accepted the mail to jenny@example\.com, .*\d{1,2}:\d\d")
    expect(window).to_contain_text(accepted)
    expect(window).not_to_contain_text("<!")
    window.get_by_role("button", name="Close").first.click()
    page.get_by_role("button", name="portalbot").click()
    page.get_by_role("button", name="Messages").click()
    told = page.locator("article", has_text="mail to")
    expect(told).to_contain_text(accepted)
    expect(told).not_to_contain_text("<!")
    expect(page.locator("#mail-count")).to_have_text("1")
    page.get_by_role("tab", name="Mailbox").click()
    page.locator("#panel-mailbox").get_by_role("button", name=WHO).click()
    expect(page.locator("#panel-mailbox")).to_contain_text("billing@example.com")
    page.frame_locator(".mail-frame").get_by_role("link", name="Open billing page").click()
    login = page.frame_locator("#portal-frame")
    expect(login.get_by_role("textbox", name="Email")).to_have_value(WHO)
