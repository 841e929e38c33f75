"""The languages of the portal: what a session accepts, what Stripe's pages list, and how people write them.

Source: the `locale` enum in `stripe/params/billing_portal/_session_create_params.py` (46 tags and `auto`)
and the 40 languages of Stripe's customer-portal page, which writes three of them differently.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from babel import Locale
from babel.dates import format_date

from bot.errors import BadUsage

AUTO: Final = "auto"

_SESSION_TAGS: Final = (
    "bg cs da de el en en-AU en-CA en-GB en-IE en-IN en-NZ en-SG es es-419 et fi fil fr fr-CA hr hu id it ja "
    "ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
)
SESSION_LOCALES: Final = frozenset(_SESSION_TAGS.split())

# Three languages stand in Stripe's documentation under another tag than the API takes.
DOCUMENTED_AS: Final = {"nb-NO": "nb", "zh-Hant-HK": "zh-HK", "zh-Hant-TW": "zh-TW"}

DOCUMENTED_LOCALES: Final = frozenset(
    (SESSION_LOCALES - {"en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-SG", "nb", "zh-HK", "zh-TW"})
    | DOCUMENTED_AS.keys()
)

_BY_FOLDED_TAG: Final = {tag.casefold(): tag for tag in SESSION_LOCALES} | {
    tag.casefold(): session_tag for tag, session_tag in DOCUMENTED_AS.items()
}
_OTHER_NAMES: Final = {"no": "nb", "nn": "nb", "tl": "fil", "in": "id"}
# Spelled as in Britain, by CLDR's parent locales.
_LIKE_BRITISH: Final = frozenset({"za", "hk", "001"})
# CLDR's long dates have "1 août" and an era in Thai, which people do not write.
_FIRST_OF_MONTH: Final = {"fr": "1er", "fr_CA": "1er", "pt_BR": "1º"}
_PATTERNS: Final = {"th": "d MMMM y"}
_LATIN_AMERICAN_REGIONS: Final = "ar bo br bz cl co cr cu do ec gt hn mx ni pa pe pr py sv us uy ve"
_LATIN_AMERICA: Final = frozenset(_LATIN_AMERICAN_REGIONS.split())


def session_locale(preferred_locales: Sequence[str], override: str | None = None) -> str:
    """Return the tag to send: the override, else the first preferred language the portal has, else `auto`.

    Raises `BadUsage` when the override is no language of the portal.
    """
    if override is not None:
        asked = override.strip()
        tag = AUTO if asked.casefold() == AUTO else nearest_locale(asked)
        if tag is None:
            raise BadUsage("unknown_locale", asked=asked[:40], known=", ".join(sorted(SESSION_LOCALES)))
        return tag
    return next((tag for tag in map(nearest_locale, preferred_locales) if tag is not None), AUTO)


def nearest_locale(tag: str) -> str | None:
    """Map a language tag as browsers and people write it to one of the portal, or None (Arabic, Hebrew …)."""
    folded = tag.strip().replace("_", "-").casefold()
    if folded in _BY_FOLDED_TAG:
        return _BY_FOLDED_TAG[folded]
    language, *subtags = folded.split("-")
    language = _OTHER_NAMES.get(language, language)
    if language == "zh":
        return _chinese(subtags)
    if language == "es" and not _LATIN_AMERICA.isdisjoint(subtags):
        return "es-419"
    if language == "en" and not _LIKE_BRITISH.isdisjoint(subtags):
        return "en-GB"
    return language if language in SESSION_LOCALES else None


def long_date(day: date, locale: Locale) -> str:
    """Write a day as people of a language do, with the month in words."""
    written = format_date(day, _PATTERNS.get(locale.language, "long"), locale)
    first = _FIRST_OF_MONTH.get(str(locale))
    return re.sub(r"^1(?=\s)", first, written) if first else written


def _chinese(subtags: Sequence[str]) -> str:
    if not {"hk", "mo"}.isdisjoint(subtags) and "hans" not in subtags:
        return "zh-HK"
    return "zh-TW" if "hant" in subtags else "zh"
