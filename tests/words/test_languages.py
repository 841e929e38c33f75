"""The languages of the merchant's own team: complete, alike in what matters, and within Slack's limits."""

import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog
from jinja2 import meta

from bot.words import Words, messages_folder
from bot.words.languages import IN_ENGLISH, Languages, spoken, spoken_tag
from bot.words.settings import SlackTable
from bot.words.speaking import speaking
from bot.words.writing import Writing
from docs.languages import po_files
from docs.languages.checking import problems
from docs.languages.units import Unit, has_words, units
from sandbox.slack.block_checker import check_message, check_view
from tests.words.test_markup_once import FOR_PLAIN_VALUES, Anything

LANGUAGES = spoken(messages_folder())[1:]


@cache
def present() -> list[Unit]:
    return units()


@cache
def catalog(tag: str) -> Catalog:
    return po_files.read(po_files.path_of(tag))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_catalog_has_exactly_the_texts_there_are(tag: str, tmp_path: Path) -> None:
    anew = tmp_path / "anew.po"
    po_files.write(anew, po_files.brought_up_to_date(tag, catalog(tag), present()))
    ours = po_files.path_of(tag).read_text(encoding="utf-8")
    assert ours == anew.read_text(encoding="utf-8"), "python -m docs.languages"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_translation_has_the_blanks_markup_and_code_of_its_text(tag: str) -> None:
    found = po_files.wrong(catalog(tag), present())
    assert [f"{unit.places[0]}: {problem}" for unit, problem in found] == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nothing_is_left_in_english(tag: str) -> None:
    said = catalog(tag)
    found = {str(message.id) for message in said if message.string}
    assert [unit.places[0] for unit in present() if unit.text not in found] == []


TOO_LONG = re.compile("characters|too long")
EXPRESSIONS = ("if", "for", "with", "number")
"""Keys of a template that hold code, without braces."""


def names(value: object, *, is_code: bool = False) -> set[str]:
    """Every value that a template is filled in with."""
    if isinstance(value, str):
        source = f"{{{{ {value} }}}}" if is_code else value
        return set(meta.find_undeclared_variables(IN_ENGLISH.plain.parse(source)))
    if isinstance(value, dict):
        found = (names(each, is_code=is_code or key in EXPRESSIONS) for key, each in value.items())
        return set().union(*found)
    return (
        set().union(*(names(each, is_code=is_code) for each in value)) if isinstance(value, list) else set()
    )


@cache
def templates() -> dict[str, Any]:
    folder = messages_folder() / "slack"
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_text_is_too_long_for_slack_in_any_language(tag: str) -> None:
    words = Words(language=tag)
    words._languages = Languages(messages_folder())  # not the ones that others use
    for environment in (words.language.mrkdwn, words.language.plain):
        environment.filters.update(dict.fromkeys(FOR_PLAIN_VALUES, lambda *_: "plain"))
    blanks = dict.fromkeys(names(list(templates().values())), Anything())
    Anything.random = random.Random(2)
    for name, source in templates().items():
        if not isinstance(source, dict) or "blocks" not in source:
            continue  # a part, which others include
        for _ in range(3):
            if source.get("type") is None:
                message = words.message(name, **blanks)
                content = {"text": message.text, "blocks": message.blocks}
                found = check_message(content, public=False)
            else:
                view = words.view(name, **blanks)
                found = check_view(view, str(view["type"]))
            # Anything makes lists that are empty or long as well: here it is about the lengths of texts.
            assert [str(each) for each in found if TOO_LONG.search(str(each))] == [], name


@pytest.mark.parametrize("locale", ["de-DE", "de", "de_AT", "DE"])
def test_a_locale_of_any_region_is_its_language(locale: str) -> None:
    assert spoken_tag(locale, ("en", "de")) == "de"


def test_the_settings_take_a_language_that_is_spoken_and_no_other() -> None:
    assert SlackTable(language="ja-JP").language == "ja"
    with pytest.raises(ValueError, match="expected a language that the bot speaks: en, "):
        SlackTable(language="tlh")


@pytest.mark.parametrize(
    ("tag", "count", "forms", "written"),
    [
        ("en", 1, ("seat", "seats"), "1 seat"),
        ("de", 0, ("Platz", "Plätze"), "0 Plätze"),
        ("ja", 2, ("件",), "2 件"),
        ("pl", 3, ("link", "linki", "linków"), "3 linki"),
        ("pl", 5, ("link", "linki", "linków"), "5 linków"),
        ("fr", 0, ("lien", "liens"), "0 lien"),
    ],
)
def test_a_language_counts_with_its_own_plurals(
    tag: str, count: int, forms: tuple[str, ...], written: str
) -> None:
    assert Writing(tag).plural(count, *forms) == written


def test_days_times_and_amounts_are_written_as_the_language_does() -> None:
    at = 1_785_600_000
    assert [Writing(tag).time(at) for tag in ("en", "de", "ja")] == [
        "1 August 2026, 16:00 UTC",
        "1. August 2026, 16:00 UTC",
        "2026年8月1日 16:00 UTC",
    ]
    assert Writing("de").slack_time == "{date_short_pretty}, {time}"
    assert [Writing(tag).money(123_456, "eur") for tag in ("en", "de")] == ["€1,234.56", "1.234,56\xa0€"]
    assert Writing("de").duration(300) == "5 Minuten"


def test_what_is_not_translated_is_said_in_english_and_a_translation_in_the_same_shape(
    tmp_path: Path,
) -> None:
    (tmp_path / "slack").mkdir()
    (tmp_path / "said.yaml").write_text('paid: "{{ who }} paid"\nlate: "late"\n')
    folder = tmp_path / "locales" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "agents.po").write_text(
        'msgid ""\nmsgstr ""\n\nmsgid "{{ who }} paid"\nmsgstr "{{ who }} hat bezahlt"\n'
        '#, fuzzy\nmsgid "late"\nmsgstr "vielleicht"\n'
    )
    words = Words(tmp_path, language="de")
    assert words.sentence("said", "paid", {"who": "Jenny"}) == "Jenny hat bezahlt"
    assert words.sentence("said", "late") == "late"
    with speaking(lambda: "en"):
        assert words.sentence("said", "paid", {"who": "Jenny"}) == "Jenny paid"


@pytest.mark.parametrize(
    ("english", "said", "problem"),
    [
        ("{{ who }} paid", "{{ wer }} hat bezahlt", "blanks: missing: who"),
        ("Until {{ at | date }}", "Bis {{ at }}", "filters: missing: date"),
        ("{% if a == 'won' %}Won{% endif %}", "{% if a == 'lost' %}Verloren{% endif %}", "missing: won"),
        ("Type `help`", "Tippen Sie `hilfe`", "missing: `help`"),
        ("*Note:* late", "Hinweis: spät", "bold: 2 stars"),
        ("*late*", "zu*spät*", "bold: Slack shows it only"),
        ("late", "{{ who", "cannot be read"),
        ("It is late", "Es ist late for you", "still English: for, you"),
        (" and late", "und spät", "begins with a space"),
    ],
)
def test_a_translation_that_lacks_something_is_named(english: str, said: str, problem: str) -> None:
    assert problem in "; ".join(problems(Unit(english), said))


def test_a_translation_too_long_for_its_place_is_named() -> None:
    assert problems(Unit("Send", longest=4), "Abschicken") == ["10 characters where Slack takes 4"]


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("{{ who or 'a customer' }}", True),
        ("{{ n | plural('link', 'links') }}", True),
        ("{{ reason | replace('_', ' ') }} · {% if x == 'won' %}✓{% endif %}", False),
        (":warning: `TEST` {{ id | code }}", False),
    ],
)
def test_only_texts_with_words_are_translated(text: str, has: bool) -> None:
    assert has_words(text) is has
