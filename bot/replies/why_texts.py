"""What to tell the customer, in the customer's language, ready to be copied."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.portal.customer_texts import CustomerTexts
from bot.portal.models import Customer
from bot.portal.rules import Finding
from bot.portal.translations import ENGLISH, cldr_locale
from bot.words import Words

MOST_TEXTS = 3


@dataclass(frozen=True, slots=True)
class ToTell:
    """A text to copy; where it is not English, `language` is its name, and `english` says the same."""

    text: str
    language: str
    english: str


def texts_to_tell(
    words: Words, texts: CustomerTexts, findings: Sequence[Finding], customer: Customer
) -> tuple[ToTell, ...]:
    """The texts for what is certain to be in the way, each once: several rules may come down to the same."""
    found = (texts.text(each, customer.preferred_locales) for each in findings)
    told = {each.text: each for each in found if each is not None}
    return tuple(
        ToTell(each.text, _name(words, each.language), each.english)
        for each in list(told.values())[:MOST_TEXTS]
    )


def _name(words: Words, language: str) -> str:
    if language.startswith(ENGLISH):
        return ""
    return cldr_locale(language).get_display_name(words.writing.locale.language) or language
