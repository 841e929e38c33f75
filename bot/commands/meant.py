"""What a message asks for, by the phrases that mean a verb."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.commands.phrases import phrases
from bot.commands.typed_words import Word

LONGEST_QUOTE = 80
MOST_WORDS = 400
"""Words of a message that are looked at."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The verb, and the words of the message that it was taken from."""

    verb: str
    quote: str


def meant_by(text: str, offered: Collection[str]) -> Meant | None:
    """Return the verb of the first phrase in a text that means one of `offered`; None when there is none."""
    words = text.split()[:MOST_WORDS]
    keys = [Word(word).key for word in words]
    for match in phrases().all_in(keys):
        if match.meaning.phrase and match.meaning.verb in offered:
            return Meant(match.meaning.verb, " ".join(words[match.start : match.end])[:LONGEST_QUOTE])
    return None
