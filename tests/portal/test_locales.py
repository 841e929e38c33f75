import re
from pathlib import Path

import pytest
import stripe

from bot.errors import BadUsage
from bot.portal.locales import AUTO, DOCUMENTED_LOCALES, SESSION_LOCALES, session_locale


def test_the_tags_are_those_of_the_sdk() -> None:
    module = Path(stripe.__file__).parent / "params" / "billing_portal" / "_session_create_params.py"
    found = re.search(r"locale: NotRequired\[\s*\"Literal\[([^\]]*)\]", module.read_text(encoding="utf-8"))
    assert found is not None
    assert set(re.findall(r"'([^']+)'", found[1])) == SESSION_LOCALES | {AUTO}
    assert len(SESSION_LOCALES) == 46


def test_stripes_page_lists_forty_languages() -> None:
    assert len(DOCUMENTED_LOCALES) == 40
    assert all(session_locale([tag]) != AUTO for tag in DOCUMENTED_LOCALES)


@pytest.mark.parametrize("tag", sorted(SESSION_LOCALES))
def test_a_tag_of_the_api_is_sent_as_it_is(tag: str) -> None:
    assert session_locale([tag]) == tag
    assert session_locale([tag.lower().replace("-", "_")]) == tag


@pytest.mark.parametrize(
    ("preferred", "sent"),
    [
        ("nb-NO", "nb"),
        ("zh-Hant-HK", "zh-HK"),
        ("zh-Hant-TW", "zh-TW"),
        ("en-US", "en"),
        ("de-DE", "de"),
        ("de-AT", "de"),
        ("es-ES", "es"),
        ("es-MX", "es-419"),
        ("pt-PT", "pt"),
        ("pt-BR", "pt-BR"),
        ("zh-CN", "zh"),
        ("zh-Hans", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh-Hant", "zh-TW"),
        ("zh-MO", "zh-HK"),
        ("en-ZA", "en-GB"),
        ("en-001", "en-GB"),
        ("no", "nb"),
        ("nn", "nb"),
        ("nn-NO", "nb"),
        ("tl", "fil"),
        ("tl-PH", "fil"),
        ("fr-CH", "fr"),
        ("fr-CA", "fr-CA"),
        ("ar", AUTO),
        ("he", AUTO),
        ("uk", AUTO),
        ("hi", AUTO),
        ("", AUTO),
        ("-", AUTO),
    ],
)
def test_preferred_languages_are_mapped_to_what_a_session_takes(preferred: str, sent: str) -> None:
    assert session_locale([preferred]) == sent


def test_the_first_language_the_portal_has_wins() -> None:
    assert session_locale(["ar", "uk-UA", "fr-BE", "de"]) == "fr"


def test_without_preferences_the_browser_decides() -> None:
    assert session_locale([]) == AUTO


@pytest.mark.parametrize(("asked", "sent"), [("de", "de"), ("AUTO", AUTO), ("nb-no", "nb"), ("en-US", "en")])
def test_an_override_beats_the_preferences(asked: str, sent: str) -> None:
    assert session_locale(["fr"], asked) == sent


@pytest.mark.parametrize("asked", ["ar", "xx", "", "english", "d" * 500])
def test_an_unknown_override_is_refused(asked: str) -> None:
    with pytest.raises(BadUsage) as refusal:
        session_locale(["fr"], asked)
    assert refusal.value.code == "unknown_locale"
