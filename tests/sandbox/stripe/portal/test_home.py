"""The home page shows what the configuration allows, and nothing more."""

import pytest

from sandbox.stripe import MANY
from sandbox.stripe.portal.words import LANGUAGES, Words, choose, strings
from tests.sandbox.stripe.conftest import START
from tests.sandbox.stripe.portal.conftest import Browser


async def test_it_shows_plan_payment_method_details_and_invoices(browser: Browser) -> None:
    text = await browser.open(await browser.portal("jenny"))
    for expected in (
        "Starter",
        "$10.00 per month",
        "Visa •••• 4242",
        "Jenny Rosen",
        "Invoice history",
        "Paid",
    ):
        assert expected in text
    assert "Sandbox" in text
    assert "TEST" in text


async def test_every_seeded_customer_has_a_home_page(browser: Browser) -> None:
    for story in browser.bench.stripe.stories():
        if story.label == "deleted":
            continue
        await browser.open(await browser.portal(story.label))
        assert browser.status == 200, story.label


async def test_hostile_names_stay_text(browser: Browser) -> None:
    await browser.open(await browser.portal("hostile_html"))
    assert "<script>" not in browser.page
    assert "&lt;script&gt;" in browser.page
    assert "49" not in (await browser.open(await browser.portal("hostile_template"))).split("Email")[0][-40:]


async def test_cancel_only_offers_no_update_and_no_pause(browser: Browser) -> None:
    url = await browser.portal("jenny", configuration=browser.bench.id("configuration.cancel_only"))
    text = await browser.open(url)
    assert "Cancel subscription" in text
    assert "Update subscription" not in text
    assert "Pause subscription" not in text


@pytest.mark.parametrize("label", ["multi", "metered", "pm_ideal", "untaxed", "scheduled"])
async def test_a_subscription_that_cannot_change_has_no_update_button(browser: Browser, label: str) -> None:
    assert "Update subscription" not in await browser.open(await browser.portal(label))


@pytest.mark.parametrize("many", [MANY])
async def test_many_subscriptions_are_shown_a_few_at_a_time(browser: Browser, many: int) -> None:
    url = await browser.portal("crowd")
    await browser.open(url)
    assert browser.page.count('class="subscription"') == 5
    await browser.open(f"{url}?all=1")
    assert browser.page.count('class="subscription"') == 500


async def test_turned_off_features_have_no_page(browser: Browser) -> None:
    configuration = browser.stored("configuration.default")
    for feature in ("invoice_history", "payment_method_update", "customer_update", "subscription_cancel"):
        configuration["features"][feature]["enabled"] = False
    url = await browser.portal("jenny")
    text = await browser.open(url)
    assert "Invoice history" not in text
    assert "Payment methods" not in text
    for page in ("payment", "details"):
        await browser.open(f"{url}/{page}")
        assert browser.status == 403
    await browser.open(browser.subscription_page(url, "jenny", "cancel"))
    assert browser.status == 403


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de", "Abonnement kündigen"),
        ("fr", "Annuler l’abonnement"),
        ("es-419", "Cancelar suscripción"),
        ("pt-BR", "Cancelar assinatura"),
        ("ja", "サブスクリプションを解約"),
        ("tr", "Cancel subscription"),
    ],
)
async def test_the_session_decides_the_language(browser: Browser, locale: str, words: str) -> None:
    assert words in await browser.open(await browser.portal("jenny", locale=locale))


async def test_without_a_locale_the_customer_decides(browser: Browser) -> None:
    assert "Aktuelles Abonnement" in await browser.open(await browser.portal("locale_de"))
    assert "Current subscription" in await browser.open(await browser.portal("locale_ar"))


def test_every_string_exists_in_every_language_with_the_same_facts() -> None:
    for key, entry in strings().items():
        assert set(entry) == set(LANGUAGES), key
        for text in entry.values():
            assert text.count("{") == entry["en"].count("{"), key


def test_money_and_dates_are_written_as_the_language_does() -> None:
    assert Words("de").money(1_050, "eur") == "10,50\xa0€"
    assert Words("ja").money(3_500, "jpy") == "￥3,500"
    assert Words("en").money(1_500, "kwd") == "KWD1.500"
    assert Words("fr").date(START) == "15 janvier 2027"
    assert choose(["pt-PT"]) == "pt-BR"
    assert choose(["he", "de-AT"]) == "de"


async def test_the_page_may_not_be_cached_indexed_or_told_on(browser: Browser) -> None:
    answer = await browser.bench.client.get(await browser.portal("jenny"))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_what_does_not_exist_is_said(browser: Browser) -> None:
    await browser.open("/p/session/test_nothing")
    assert browser.status == 404
    await browser.open("/p/elsewhere")
    assert browser.status == 404
    assert (await browser.bench.client.get("/p/static/portal.css")).status_code == 200
