"""What customers read, by language: gettext catalogs, compiled when a language is first needed.

A merchant's own folder comes first, then ours; a regional variant falls back to its language, and every
language to English, which is what the templates are written in.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from bot.portal.locales import SESSION_LOCALES

MAIL: Final = "mail"
TEXTS: Final = "customer_texts"
"""The catalogs there are: of mails, and of the texts that agents hand on."""
ENGLISH: Final = "en"
FALLBACKS: Final = {"es-419": "es", "fr-CA": "fr", "zh-HK": "zh-TW"} | {
    tag: ENGLISH for tag in SESSION_LOCALES if tag.startswith("en-")
}
_CLDR: Final = {"zh": "zh_Hans_CN", "zh-HK": "zh_Hant_HK", "zh-TW": "zh_Hant_TW"}


def cldr_locale(tag: str) -> Locale:
    """Return Babel's locale of one of the portal's tags."""
    return Locale.parse(_CLDR.get(tag, tag.replace("-", "_")))


class CustomerTranslations:
    """Translations by tag of the portal."""

    def __init__(self, folders: Sequence[Path], domain: str = MAIL) -> None:
        """`folders` hold `<tag>/LC_MESSAGES/<domain>.po`; an earlier one overrides strings of a later one."""
        self._folders = tuple(folders)
        self._domain = domain
        self._read: dict[str, NullTranslations] = {}

    def get(self, tag: str) -> NullTranslations:
        """Return the translations for a tag; English for one that has no catalog."""
        if tag not in self._read:
            self._read[tag] = self._chain(tag)
        return self._read[tag]

    def _chain(self, tag: str) -> NullTranslations:
        found: NullTranslations = NullTranslations()
        for each in (FALLBACKS.get(tag), tag):
            for folder in reversed(self._folders):
                file = folder / (each or "") / "LC_MESSAGES" / f"{self._domain}.po"
                if each and file.is_file():
                    newer = compiled(file)
                    newer.add_fallback(found)
                    found = newer
        return found


def compiled(file: Path) -> Translations:
    """Compile one catalog in memory."""
    with file.open("rb") as source:
        catalog = read_po(source)
    written = io.BytesIO()
    write_mo(written, catalog)
    written.seek(0)
    return Translations(written)
