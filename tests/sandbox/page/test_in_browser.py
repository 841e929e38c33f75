"""The page in a real browser, as a support agent uses it. Skipped where no Chromium is installed."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, Route, async_playwright, expect

from sandbox.mailbox.mail import Mail
from sandbox.slack.model import BOT_USER, Draft
from tests.sandbox.page.conftest import Running, sandbox_and_bot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
expect.set_options(timeout=20_000)  # milliseconds; a busy machine is given time
pytestmark = [
    pytest.mark.slow(20),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-quic", "--no-first-run"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def running() -> AsyncIterator[Running]:
    """Both on the loop of the browser, which lasts for the module."""
    async with sandbox_and_bot() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab(browser: Browser) -> Page:
    """One for all tests: Chromium takes half a second of the processor to open the next."""
    return await browser.new_page()


@pytest_asyncio.fixture(loop_scope="module")
async def page(tab: Page, running: Running) -> AsyncIterator[Page]:
    """The page, open; errors in its scripts fail the test. What it remembers is for its own port."""
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    tab.on("pageerror", note)
    await tab.set_viewport_size({"width": 1440, "height": 900})
    await tab.goto(running.url)
    await expect(tab.locator("#tour")).to_be_visible()
    yield tab
    await tab.unroute_all()
    await tab.goto("about:blank")
    tab.remove_listener("pageerror", note)
    assert errors == []


async def look_up_jenny(page: Page) -> None:
    await page.fill("#text", "/portal jenny@example.com")
    await page.press("#text", "Enter")
    await expect(page.get_by_role("heading", name="Jenny Rosen 💳")).to_be_visible()


async def test_a_command_is_answered_for_the_agent_alone(page: Page) -> None:
    await look_up_jenny(page)
    await expect(page.locator("article.ephemeral .only").last).to_have_text("Only visible to you")
    await expect(page.locator(".ack").first).to_contain_text("ms")
    await page.select_option("#user", "U0PRIYA")
    await expect(page.get_by_role("heading", name="Jenny Rosen 💳")).to_have_count(0)


async def test_suggestions_and_history_work_from_the_keyboard(page: Page) -> None:
    await page.locator("#text").press_sequentially("/portal w")
    await expect(page.locator("#hints [role=option]")).to_have_count(1)
    await page.press("#text", "Tab")
    await expect(page.locator("#text")).to_have_value("/portal why ")
    await page.locator("#text").press_sequentially("cus_1")
    await page.press("#text", "Enter")
    await expect(page.locator("#text")).to_have_value("")
    await page.press("#text", "ArrowUp")
    await expect(page.locator("#text")).to_have_value("/portal why cus_1")


async def test_for_a_customer_that_is_typed_the_verbs_about_one_are_suggested(page: Page) -> None:
    await page.fill("#search", "everything works")
    await page.locator(".story:visible").first.click()
    await expect(page.locator("#text")).to_have_value("/portal jenny@example.com")
    await expect(page.locator("#hints [role=option]")).to_have_count(1)
    await page.press("#text", "Tab")
    await expect(page.locator("#text")).to_have_value("/portal why jenny@example.com")


async def test_a_button_asks_first_and_its_link_opens_at_the_side(page: Page) -> None:
    await look_up_jenny(page)
    await page.click("text=Cancel link")
    await expect(page.locator("#confirm h2")).to_have_text("Make a cancellation link?")
    await page.click("#confirm >> text=Make it")
    await page.locator("article >> button:has-text('Open')").click()
    await expect(page.locator("#portal-address")).to_have_text("/p/session/test_123")


async def test_a_modal_is_filled_in_and_sent(page: Page, running: Running) -> None:
    await look_up_jenny(page)
    await page.click("text=Email…")
    await page.fill("[data-action=to]", "")
    await page.click(".modal >> text=Send")
    await expect(page.locator(".modal .error")).to_have_text("Please complete this required field.")
    await page.fill("[data-action=to]", "jenny@new.example")
    await page.get_by_label("Deutsch").check()
    await page.click(".modal >> text=Send")
    await expect(page.locator("dialog#modal")).not_to_be_visible()
    values = running.bot.seen[-1]["view"]["state"]["values"]
    assert values["to"]["to"]["value"] == "jenny@new.example"
    assert values["language"]["language"]["selected_option"]["value"] == "de"


async def test_modals_stack_and_escape_goes_back_one(page: Page) -> None:
    await look_up_jenny(page)
    await page.click("text=Email…")
    await page.click(".modal >> text=Preview")
    await expect(page.locator(".modal h2")).to_have_text("Preview")
    await page.keyboard.press("Escape")
    await expect(page.locator(".modal h2")).to_have_text("Email to Jenny")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog#modal")).not_to_be_visible()


async def test_the_shortcut_stands_in_the_menu_of_a_threads_message(page: Page) -> None:
    await page.click("text=2 replies")
    message = page.locator("#panel-thread article").last
    await message.hover()
    await message.get_by_role("button", name="Billing help").click()
    await expect(page.locator(".modal h2")).to_have_text("Billing help")


async def test_a_mails_link_opens_the_portal_and_its_script_does_nothing(
    page: Page, running: Running
) -> None:
    html = f"<a href='{running.url}/p/login/test_1'>log in</a><script>document.title = 'taken over'</script>"
    running.sandbox.mailbox.deliver(Mail("jenny@example.com", "Your billing", "text", html, "a@b.example"))
    await expect(page.locator("#mail-count")).to_have_text("1")
    await page.click("[role=tab][data-tab=mailbox]")
    await page.click("text=Your billing")
    await page.frame_locator(".mail-frame").locator("a").click()
    await expect(page.locator("#portal-address")).to_have_text("/p/login/test_1")
    assert await page.title() == "Sandbox workspace"


async def test_the_home_tab_opens(page: Page) -> None:
    await page.click(".sidebar >> text=portalbot")
    await expect(page.get_by_role("heading", name="Home of portalbot 💳")).to_be_visible()


async def test_faults_are_switched_on_the_page(page: Page, running: Running) -> None:
    await page.click("[role=tab][data-tab=traffic]")
    await page.click("[data-fault=slack][data-kind='429']")
    await expect(page.locator("[data-fault=slack][data-kind='429']")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert running.sandbox.active_faults()["slack"][0]["kind"] == "429"
    await page.click("[data-fault=slack][data-kind='429']")
    await expect(page.locator("[data-fault=slack][data-kind='429']")).to_have_attribute(
        "aria-pressed", "false"
    )


async def test_a_slow_answer_does_not_put_an_older_state_over_a_newer_one(
    page: Page, running: Running
) -> None:
    workspace = running.sandbox.slack.parts.workspace
    older_is_fetched, newer_is_fetched, late = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def overtaken(route: Route) -> None:
        response = await route.fetch()
        if older_is_fetched.is_set():
            newer_is_fetched.set()
        else:
            older_is_fetched.set()
            await late.wait()
        await route.fulfill(response=response)

    await page.route("**/page/message/**", overtaken)
    message = workspace.post("C0SUPPORT", BOT_USER, Draft(text="older"))
    await older_is_fetched.wait()
    workspace.replace(message, Draft(text="newer"))
    with suppress(TimeoutError):
        await asyncio.wait_for(newer_is_fetched.wait(), 0.3)
    async with page.expect_event("requestfinished", lambda request: message.ts in request.url):
        late.set()
    article = page.locator(f'article[data-ts="{message.ts}"]')
    await expect(article).to_contain_text("newer")


async def test_the_tour_follows_what_is_done_and_can_be_left_and_begun_again(page: Page) -> None:
    step = page.locator("#tour section:visible h3")
    await expect(step).to_contain_text("Step 1 of 5")
    await page.click("#tour section:visible .primary")
    await expect(step).to_contain_text("Step 2 of 5")
    await page.click("#tour section:visible [data-tour=next]")
    await expect(step).to_contain_text("Step 3 of 5")
    await page.click("#tour section:visible .primary")
    await expect(page.locator("#user")).to_have_value("U0SAM")
    await expect(page.locator(".bar h1")).to_contain_text("billing-alerts")
    await page.click("#tour section:visible [data-tour=end]")
    await page.reload()
    await expect(page.locator("#tour")).to_be_hidden()
    await page.click("[data-tour=start]")
    await expect(step).to_contain_text("Step 1 of 5")


async def test_a_phone_shows_one_pane_at_a_time_and_nothing_beside_it(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    for pane, shown in (("customers", "#panel-customers"), ("events", "#panel-events")):
        await page.click(f".phone [data-tab={pane}]")
        await expect(page.locator(shown)).to_be_visible()
        await expect(page.locator("#text")).to_be_hidden()
    await page.click(".phone [data-pane=nav]")
    await page.click(".sidebar [data-open=C0SUPPORT]")
    await expect(page.locator("#text")).to_be_visible()
    await look_up_jenny(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    beyond = await page.evaluate(
        "[...document.querySelectorAll('main *')]"
        ".filter(one => one.getBoundingClientRect().right > 390).length"
    )
    assert beyond == 0


async def test_a_press_makes_something_happen_to_the_chosen_customer(page: Page, running: Running) -> None:
    stripe = running.sandbox.stripe
    noah = stripe.test.label("noah")
    await page.click(".tabs [data-tab=events]")
    await page.select_option("#happen-to", noah)
    await page.click("[data-happen='invoice.payment_failed'][data-customer]")
    await expect(page.locator(".outcome")).to_have_text("Done: payment fails.")
    (event,) = [one for one in stripe.events.recorded if one["type"] == "invoice.payment_failed"]
    assert event["data"]["object"]["customer"] == noah
