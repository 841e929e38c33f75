"""Customers get a text that they understand and that says nothing internal."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.portal.customer_texts import CustomerTexts
from bot.portal.locales import SESSION_LOCALES
from bot.portal.rules import RULES, Finding, Severity, Status

MESSAGES = Path(__file__).parents[2] / "messages"
LANGUAGES = sorted(SESSION_LOCALES)
CATALOGS = sorted(MESSAGES.glob("locales/*/LC_MESSAGES/customer_texts.po"))
OURS_ALONE_TO_MEND = {"CFG_MAX_PRODUCTS", "CFG_DUP_INTERVAL", "CFG_PM_REQUIRED"}
TOLD_BY_THE_STATUS_ITSELF = {"ST_STATUS_PAUSE"}


@pytest.fixture(scope="module")
def texts() -> CustomerTexts:
    return CustomerTexts(MESSAGES)


def finding(words: str, severity: Severity = Severity.BLOCK, **evidence: int | str | None) -> Finding:
    return Finding(words.partition(".")[0], severity, Status.DOCUMENTED, evidence, "inferred", words)


def blocking_keys() -> set[str]:
    declared = {
        effect.words or rule.id
        for rule in RULES
        if not rule.id.startswith("DISCOUNT_")  # about a link that an agent is making, not about the customer
        for effect in rule.effects.values()
        if effect.severity is Severity.BLOCK
    }
    return (declared | {"CFG_NO_ALTERNATIVE.switch"}) - OURS_ALONE_TO_MEND - TOLD_BY_THE_STATUS_ITSELF


def test_every_blocking_finding_has_a_text_and_no_text_is_left_over(texts: CustomerTexts) -> None:
    variants = {key for key in texts.keys if key.endswith(".undated") or key.startswith("ST_PAUSED.")}
    assert texts.keys - variants == blocking_keys()


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_catalog_is_complete_and_marked_as_unread(path: Path) -> None:
    with path.open("rb") as source:
        catalog = read_po(source)
    assert "Not yet read by a native speaker." in path.read_text(encoding="utf-8")
    for message in catalog:
        if message.id:
            assert message.string, message.id
            assert ("{date}" in message.id) == ("{date}" in message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_translated_whole_and_holds_nothing_internal(texts: CustomerTexts, language: str) -> None:
    for key in sorted(blocking_keys()):
        said = texts.text(finding(key, subscription="sub_1", starts_at=1_800_000_000), [language])
        assert said is not None
        assert said.language == language
        assert not re.search(r"\w+_\w+|\{|\}|Stripe|Dashboard|webhook|API|\.\.", said.text)
        in_english = texts.text(finding(key, subscription="sub_1"), [language])
        assert in_english is not None
        assert (in_english.text == in_english.english) == language.startswith("en"), said.text


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        ([], "en"),
        (["de-AT"], "de"),
        (["fr_CA"], "fr-CA"),
        (["es-MX"], "es-419"),
        (["pt-PT"], "pt"),
        (["pt-br"], "pt-BR"),
        (["ja-JP"], "ja"),
        (["en-GB", "de"], "en-GB"),
        (["ar", "he", "fr"], "fr"),
        (["zh-Hant-TW"], "zh-TW"),
        (["", "-", "x" * 300], "en"),
    ],
)
def test_the_language_is_that_of_a_mail_to_the_customer(
    texts: CustomerTexts, preferred: list[str], language: str
) -> None:
    said = texts.text(finding("NO_CHANGE"), preferred)
    assert said is not None
    assert said.language == language


def test_a_date_is_written_in_the_customers_language(texts: CustomerTexts) -> None:
    ends = finding("ST_CANCEL_SCHEDULED", ends_at=1_800_000_000)
    tags = ("en", "de", "fr", "es", "pt-BR", "ja", "ru", "hu")
    said = {tag: text.text for tag in tags if (text := texts.text(ends, [tag]))}
    assert "January 15, 2027" in said["en"]
    assert "15. Januar 2027" in said["de"]
    assert "15 janvier 2027" in said["fr"]
    assert "15 de enero de 2027" in said["es"]
    assert "15 de janeiro de 2027" in said["pt-BR"]
    assert "2027年1月15日" in said["ja"]
    assert "15 января 2027\u202fг., и" in said["ru"]
    assert "(2027. január 15.)" in said["hu"]


@pytest.mark.parametrize("moment", [None, 10**30, -(10**30), "soon"])
def test_without_a_readable_date_none_is_named(texts: CustomerTexts, moment: int | str | None) -> None:
    said = texts.text(finding("ST_CANCEL_SCHEDULED", ends_at=moment))
    assert said is not None
    assert said.text.startswith("Your subscription is already set to end, so")


def test_a_change_planned_beyond_all_calendars_is_told_without_a_date(texts: CustomerTexts) -> None:
    said = texts.text(finding("SUB_SCHEDULED_UPDATE", starts_at=10**30))
    assert said is not None
    assert said.text.startswith("Your subscription can't be changed on the billing page.")


@pytest.mark.parametrize(
    ("reason", "way_out"),
    [
        ("pause_requested", "Tell us when"),
        ("final_payment_failure", "pay the open invoice"),
        ("first_payment_failure", "pay the open invoice"),
        ("trial_end_without_payment_method", "Please add one"),
        (None, "Tell us when"),
    ],
)
def test_what_ends_a_pause_depends_on_why_it_was_paused(
    texts: CustomerTexts, reason: str | None, way_out: str
) -> None:
    said = texts.text(finding("ST_PAUSED", reason=reason), ["de"])
    assert said is not None
    assert way_out in said.english
    assert said.text != said.english


def test_only_blocking_findings_are_told_to_customers(texts: CustomerTexts) -> None:
    assert texts.text(finding("SUB_MULTI_ITEM", Severity.MAYBE)) is None
    assert texts.text(finding("MISSING_FIELD")) is None
    assert texts.text(finding("CFG_MAX_PRODUCTS")) is None
