"""The pages' words in the customer's language, with dates and amounts as that language writes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
LANGUAGES = ("en", "de", "fr", "es", "pt-BR", "ja")
NEAREST = {"pt": "pt-BR"}


@cache
def strings() -> Mapping[str, Mapping[str, str]]:
    """Return every string in every language."""
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "strings.yaml").read_text("utf-8")
    )
    return loaded


def choose(tags: Sequence[str]) -> str:
    """Return the first of the asked languages that the pages speak; English when none is."""
    for tag in tags:
        language = tag.split("-")[0].lower()
        for spoken in LANGUAGES:
            if spoken.lower() in {tag.lower(), language}:
                return spoken
        if language in NEAREST:
            return NEAREST[language]
    return "en"


def accepted(header: str | None) -> list[str]:
    """Return the languages of an `Accept-Language` header, best first; weights are ignored."""
    return re.findall(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", header or "")


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks one language."""

    language: str

    def __call__(self, key: str, **facts: object) -> str:
        """Return the string, with its facts filled in. Raises `KeyError` for an unknown one."""
        entry = strings()[key]
        return entry.get(self.language, entry["en"]).format(**facts)

    def has(self, key: str) -> bool:
        """Return whether there is such a string."""
        return key in strings()

    def date(self, moment: int) -> str:
        """Return a date (UTC) from Unix seconds."""
        return format_date(datetime.fromtimestamp(moment, UTC), "long", locale=self._locale)

    def money(self, amount: int, currency: str) -> str:
        """Return an amount of the currency's smallest unit."""
        places = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
        value = Decimal(amount).scaleb(-places)
        return format_currency(value, currency.upper(), locale=self._locale)

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.language, sep="-")
