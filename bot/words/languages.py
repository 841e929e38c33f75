"""The languages in which the bot speaks to a merchant's own team.

Each is one gettext catalog, `messages/locales/<tag>/LC_MESSAGES/agents.po`, whose message ids are the texts
of `messages/` as they are written there, blanks and all. What a catalog does not have is said in English.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.portal.locales import nearest_locale
from bot.words.escaping import into_mrkdwn, into_plain
from bot.words.filters import Filters, mrkdwn_filters, plain_filters
from bot.words.writing import ENGLISH, Writing

PO_FILE: Final = "LC_MESSAGES/agents.po"


class Language:
    """One language: its texts by the English ones, and the ways to fill them in."""

    def __init__(self, tag: str, texts: Mapping[str, str]) -> None:
        self.tag = tag
        self.writing = Writing(tag)
        self._texts = texts

    def text(self, english: str) -> str:
        """Return a text in this language; in English where it is not translated."""
        return self._texts.get(english, english)

    @cached_property
    def mrkdwn(self) -> Environment:
        """Compiles texts in which Slack reads markup."""
        return _environment(into_mrkdwn, mrkdwn_filters(self.writing))

    @cached_property
    def plain(self) -> Environment:
        """Compiles all other texts."""
        return _environment(into_plain, plain_filters(self.writing))


IN_ENGLISH: Final = Language(ENGLISH, {})


class Languages:
    """The languages of one `messages/` folder; a catalog is read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.tags = spoken(folder)
        self._folder = folder / "locales"
        self._read = {ENGLISH: IN_ENGLISH}

    def get(self, tag: str) -> Language:
        """Return a language by its tag, one of `tags`. Reads its catalog, some hundredths of a second."""
        if tag not in self._read:
            self._read[tag] = Language(tag, read_po_file(self._folder / tag / PO_FILE))
        return self._read[tag]


def spoken(folder: Path) -> tuple[str, ...]:
    """Return the tags of the languages there are, English first."""
    found = (path.parts[-3] for path in folder.glob(f"locales/*/{PO_FILE}"))
    return (ENGLISH, *sorted(found))


def spoken_tag(locale: str, tags: tuple[str, ...]) -> str | None:
    """Choose the language for a locale such as `de-AT`: of that region, else in general, else None."""
    known = nearest_locale(locale) or ""
    return next((tag for tag in (known, known.partition("-")[0]) if tag in tags), None)


def read_po_file(path: Path) -> Mapping[str, str]:
    """Return the finished translations of a catalog by their English texts. Raises OSError."""
    # Imported here since English needs none of it.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with path.open("rb") as source:
        entries = read_po(source)
    return {str(each.id): str(each.string) for each in entries if each.id and each.string and not each.fuzzy}


def _environment(finalize: Callable[[object], object], filters: Filters) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        finalize=finalize, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(filters)
    return environment
