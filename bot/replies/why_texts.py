"""What to tell the customer, in the customer's language, ready to be copied."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from bot.portal.customer_texts import ENGLISH, CustomerTexts
from bot.portal.models import Customer
from bot.portal.rules import Finding
from bot.words import Words

MOST_TEXTS = 3


@dataclass(frozen=True, slots=True)
class ToTell:
    """A text to copy; `language` is its name when it is not English."""

    text: str
    language: str


def texts_to_tell(
    words: Words, texts: CustomerTexts, findings: Sequence[Finding], customer: Customer
) -> tuple[ToTell, ...]:
    """The texts for what is certain to be in the way, each once: several rules may come down to the same."""
    found = (texts.text(each, customer.preferred_locales) for each in findings)
    told = {each.text: each.language for each in found if each is not None}
    return tuple(ToTell(text, _name(words, language)) for text, language in list(told.items())[:MOST_TEXTS])


def _name(words: Words, language: str) -> str:
    if language == ENGLISH:
        return ""
    return Locale.parse(language, sep="-").get_display_name(words.writing.locale.language) or language
