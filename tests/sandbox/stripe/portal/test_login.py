"""The login page: a passcode by mail, the newest paying customer, and no word about who exists."""

from tests.sandbox.stripe.portal.conftest import Browser


def login_page(browser: Browser, configuration: str = "default") -> str:
    return str(browser.stored(f"configuration.{configuration}")["login_page"]["url"])


async def sign_in(browser: Browser, email: str) -> str:
    page = login_page(browser)
    await browser.submit(page, email=email)
    return await browser.submit(f"{page}/code", email=email, code=browser.last_code())


async def test_the_address_is_prefilled_and_stays_text(browser: Browser) -> None:
    await browser.open(f"{login_page(browser)}?prefilled_email=a%2Bb%40example.com")
    assert 'value="a+b@example.com"' in browser.page
    await browser.open(f'{login_page(browser)}?prefilled_email="><script>')
    assert "<script>" not in browser.page


async def test_a_code_opens_the_portal(browser: Browser) -> None:
    assert "Jenny Rosen" in await sign_in(browser, "jenny@example.com")
    assert len(browser.bench.mails) == 1


async def test_the_newest_paying_customer_opens(browser: Browser) -> None:
    await sign_in(browser, "twin@example.com")
    newest = browser.bench.stripe.events.recorded[-1]["data"]["object"]
    assert newest["customer"] == browser.bench.id("twin_new")
    await sign_in(browser, "sam@example.com")
    newest = browser.bench.stripe.events.recorded[-1]["data"]["object"]
    assert newest["customer"] == browser.bench.id("sam_active")


async def test_the_page_never_tells_whether_an_address_is_known(browser: Browser) -> None:
    pages = []
    for email in ("jenny@example.com", "nobody@example.com", "nora@example.com", "guest@example.com"):
        text = await browser.submit(login_page(browser), email=email)
        pages.append((browser.status, text.replace(email, "…")))
    assert len(set(pages)) == 1
    assert [mail.to for mail in browser.bench.mails] == ["jenny@example.com"]


async def test_a_code_works_once_for_ten_minutes_and_five_guesses(browser: Browser) -> None:
    page, email = login_page(browser), "jenny@example.com"
    await sign_in(browser, email)
    await browser.submit(f"{page}/code", email=email, code=browser.last_code())
    assert browser.status == 400
    await browser.submit(page, email=email)
    browser.bench.clock.now += 601
    await browser.submit(f"{page}/code", email=email, code=browser.last_code())
    assert browser.status == 400
    await browser.submit(page, email=email)
    for _ in range(5):
        await browser.submit(f"{page}/code", email=email, code="wrong")
    await browser.submit(f"{page}/code", email=email, code=browser.last_code())
    assert browser.status == 400


async def test_the_address_cannot_be_changed_after_signing_in(browser: Browser) -> None:
    await sign_in(browser, "jenny@example.com")
    url = browser.at
    assert "cannot be changed" in await browser.open(f"{url}/details")
    await browser.submit(f"{url}/details", name="Jenny", email="evil@example.com")
    assert browser.stored("jenny")["email"] == "jenny@example.com"


async def test_a_page_that_is_off_does_not_exist(browser: Browser) -> None:
    page = login_page(browser)
    browser.stored("configuration.default")["login_page"] = {"enabled": False, "url": None}
    await browser.open(page)
    assert browser.status == 404


async def test_test_mode_does_not_know_live_customers(browser: Browser) -> None:
    live = browser.bench.stripe.live
    url = str(live.get(live.label("configuration.default"))["login_page"]["url"])
    assert "/p/login/test_" not in url
    assert "LIVE" in await browser.open(url)


async def test_something_that_is_no_address_is_refused(browser: Browser) -> None:
    assert "not an email address" in await browser.submit(login_page(browser), email="jenny")
    assert browser.status == 400
