"""What an agent can send to the customer about a finding: ready, without ids, in the customer's language.

English stands in `messages/customer_texts.yaml`, every other language of the portal in a gettext catalog
(`messages/locales/<tag>/LC_MESSAGES/customer_texts.po`, msgid = the English text) beside that of the mails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import yaml

from bot.portal.locales import AUTO, long_date, session_locale
from bot.portal.rules import Finding, Severity
from bot.portal.translations import ENGLISH, TEXTS, CustomerTranslations, cldr_locale

UNDATED: Final = ".undated"
_DATES: Final = ("starts_at", "ends_at")
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class CustomerText:
    """A text to send, its language as a tag of the portal (`en`, `pt-BR`), and the same in English."""

    language: str
    text: str
    english: str


class CustomerTexts:
    """The texts of one `messages/` folder. A language is read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        """Load the English texts. Raises OSError or yaml.YAMLError when they cannot be read."""
        path = folder / "customer_texts.yaml"
        self._english: Mapping[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._translations = CustomerTranslations([folder / "locales"], TEXTS)

    @property
    def keys(self) -> frozenset[str]:
        """The words' keys that have a text."""
        return frozenset(self._english)

    def text(self, finding: Finding, preferred_locales: Sequence[str] = ()) -> CustomerText | None:
        """Say a blocking finding to the customer; None for others, and for what is ours alone to mend.

        The language is that of a mail to the customer: the first preferred one that the portal has.
        """
        if finding.severity is not Severity.BLOCK or finding.words not in self._english:
            return None
        language = session_locale(preferred_locales)
        language = ENGLISH if language == AUTO else language
        moment = next((finding.evidence[name] for name in _DATES if name in finding.evidence), None)
        english = self._said(finding, dated=_written(moment, ENGLISH) is not None)

        def write(text: str, tag: str) -> str:
            # A day that ends with a full stop of its own ends a sentence, too.
            return text.format(date=_written(moment, tag) or "").replace("..", ".")

        translated = self._translations.get(language).gettext(english)
        return CustomerText(language, write(translated, language), write(english, ENGLISH))

    def _said(self, finding: Finding, *, dated: bool) -> str:
        reason = finding.evidence.get("reason")
        english = self._english.get(f"{finding.words}.{reason}", self._english[finding.words])
        return english if dated else self._english.get(f"{finding.words}{UNDATED}", english)


def _written(moment: object, language: str) -> str | None:
    """The day in the customer's language, in UTC since their time zone is not known."""
    if not isinstance(moment, int) or not 0 <= moment < _END_OF_TIME:
        return None
    day = datetime.fromtimestamp(moment, UTC).date()
    return long_date(day, cldr_locale(language))
