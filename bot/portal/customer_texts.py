"""What an agent can send to the customer about a finding: ready, without ids, in the customer's language.

English stands in `messages/customer_texts.yaml`, every other language in one gettext catalogue
(`messages/locales/<tag>/LC_MESSAGES/customer_texts.po`, msgid = the English text), so that a further language
is one file. Catalogues are compiled when they are loaded; there are no `.mo` files to keep.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import yaml
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from bot.portal.locales import long_date
from bot.portal.rules import Finding, Severity

ENGLISH: Final = "en"
UNDATED: Final = ".undated"
_DATES: Final = ("starts_at", "ends_at")
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class CustomerText:
    """A text to send, and its language as an IETF tag (`en`, `pt-BR`)."""

    language: str
    text: str


class CustomerTexts:
    """The texts of one `messages/` folder. Reads every file at construction, none later."""

    def __init__(self, folder: Path) -> None:
        """Load the English texts and every catalogue of `folder`.

        Raises OSError or yaml.YAMLError when a file cannot be read: a broken one shows at start.
        """
        path = folder / "customer_texts.yaml"
        self._english: Mapping[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
        catalogues = sorted(folder.glob("locales/*/LC_MESSAGES/customer_texts.po"))
        self._translations = {_tag(path.parts[-3]): _load(path) for path in catalogues}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, English first."""
        return (ENGLISH, *self._translations)

    @property
    def keys(self) -> frozenset[str]:
        """The words' keys that have a text."""
        return frozenset(self._english)

    def text(self, finding: Finding, preferred_locales: Sequence[str] = ()) -> CustomerText | None:
        """Say a blocking finding to the customer; None for others, and for what is ours alone to mend.

        The first preferred locale that we have decides, in the customer's order; else it is English.
        """
        if finding.severity is not Severity.BLOCK or finding.words not in self._english:
            return None
        language = self.language(preferred_locales)
        moment = next((finding.evidence[name] for name in _DATES if name in finding.evidence), None)
        date = _written(moment, language)
        reason = finding.evidence.get("reason")
        english = self._english.get(f"{finding.words}.{reason}", self._english[finding.words])
        if date is None:
            english = self._english.get(f"{finding.words}{UNDATED}", english)
        text = self._translated(english, language)
        return CustomerText(language, text.format(date=date or ""))

    def language(self, preferred_locales: Sequence[str]) -> str:
        """Choose the language: exactly the wanted one, else its language in another region, else English."""
        for wanted in preferred_locales:
            tag = _tag(wanted)
            if tag in self.languages:
                return tag
            same = [known for known in self.languages if known.split("-")[0] == tag.split("-")[0]]
            if same:
                return same[0]
        return ENGLISH

    def _translated(self, english: str, language: str) -> str:
        catalogue = self._translations.get(language)
        return catalogue.gettext(english) if catalogue else english


def _tag(name: str) -> str:
    """Write a tag the IETF way: `pt_br` → `pt-BR`."""
    language, _, region = name.strip().replace("_", "-").partition("-")
    return f"{language.lower()}-{region.upper()}" if region else language.lower()


def _load(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = read_po(source)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _written(moment: object, language: str) -> str | None:
    """The day in the customer's language, in UTC since their time zone is not known."""
    if not isinstance(moment, int) or not 0 <= moment < _END_OF_TIME:
        return None
    day = datetime.fromtimestamp(moment, UTC).date()
    return long_date(day, Locale.parse(language, sep="-"))
