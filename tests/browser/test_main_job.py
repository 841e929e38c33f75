"""What a support agent does all day, in a browser and in Socket Mode; at last an alert closes the circle.

The other browser tests run over HTTP, so that each way in is used by a browser without doing all twice.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import started

pytestmark = [pytest.mark.browser, pytest.mark.slow(10)]

LINK = re.compile(r"/p/session/test_")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with started(tmp_path_factory.mktemp("demo"), "--socket-mode") as address:
        yield address


def answer_to(page: Page, typed: str) -> Locator:
    """Type into the composer; gives the bot's message that follows."""
    answers = page.locator("article.ephemeral:not(.command)")
    before = answers.count()
    page.locator("#text").fill(typed)
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1)
    return answers.last


def test_from_a_typed_address_to_the_open_portal(page: Page) -> None:
    card = answer_to(page, "/portal jenny@example.com")
    expect(card).to_contain_text("Jenny Rosen")
    expect(card).to_contain_text("Visa ···· 4242")
    card.get_by_role("button", name="Full portal").click()
    expect(card.get_by_text(LINK)).to_be_visible()
    expect(card).to_contain_text("expires")
    card.get_by_role("button", name="Open", exact=True).click()
    portal = page.frame_locator("#portal-frame")
    expect(portal.get_by_text("Starter").first).to_be_visible()


def test_the_copy_window_holds_the_link_in_a_field(page: Page) -> None:
    link = answer_to(page, "/portal payment jenny@example.com")
    link.get_by_role("button", name="Copy").click()
    field = page.get_by_role("dialog").get_by_role("textbox")
    expect(field).to_have_value(LINK)


def test_a_customer_is_found_while_somebody_types_and_gets_a_link(page: Page) -> None:
    page.locator("[data-anywhere]").click()
    window = page.get_by_role("dialog")
    window.get_by_role("combobox").first.fill("noah")
    window.get_by_role("option", name="Noah Müller").click()
    expect(window).to_contain_text("Team, 5 seats")
    window.locator("select:visible").select_option("payment")
    window.get_by_role("button", name="Go").click()
    expect(window.get_by_text(LINK)).to_be_visible()
    expect(page.locator("article.ephemeral")).to_have_count(0)


def test_the_shortcut_answers_in_the_thread_of_the_message(page: Page) -> None:
    message = page.locator("article", has_text="my card expired").first
    message.hover()
    message.get_by_role("button", name="Billing help").click()
    window = page.get_by_role("dialog")
    expect(window).to_contain_text("jenny@example.com")
    window.get_by_role("button", name="Go").click()
    expect(window).to_be_hidden()
    message.get_by_role("button", name=re.compile("repl")).first.click()
    answer = page.locator("article.ephemeral:not(.command)", has_text="Jenny Rosen").last
    expect(answer).to_be_visible()


def test_a_hostile_name_is_shown_as_it_is_and_does_nothing(page: Page) -> None:
    card = answer_to(page, "/portal channel@hostile.example")
    expect(card).to_contain_text("<!channel>")
    expect(card.locator(".mention")).to_have_count(0)


def test_help_is_there_without_waiting(page: Page) -> None:
    expect(answer_to(page, "/portal help")).to_contain_text("What you can type")


def test_somebody_without_the_role_is_told_whom_to_ask(page: Page) -> None:
    page.get_by_label("You are").select_option("U0ROBIN")
    expect(page.locator("article.ephemeral")).to_have_count(0)
    answer = answer_to(page, "/portal home jenny@example.com")
    expect(answer).to_contain_text("people who do customer support")


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
