"""What support people say instead of a verb, from `messages/phrases.yaml`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import yaml

from bot.commands.verbs import BY_NAME, VERBS, Subject, Verb
from bot.words import messages_folder

LONGEST_PHRASE = 8
"""Words of a phrase that are looked at."""
SOMEBODY = frozenset({Subject.WHO, Subject.SUBSCRIPTION, Subject.ANYONE, Subject.EMAIL})

Keys = tuple[str, ...]
"""The words of a phrase, in small letters and without punctuation."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The verb a phrase means, and the option it cannot do without.

    `phrase` is how people write it, empty for the verb's own name.
    """

    verb: str
    option: str | None
    phrase: str


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found among words: from `start`, up to and without `end`."""

    start: int
    end: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Phrases:
    """The table of phrases.

    `elsewhere` says of what no verb does what to do instead. `fillers` say nothing beside an id or an
    address, `beside_why` nothing in a question, `skipped` nothing inside a phrase; the other two stand
    around a name, longest first.
    """

    meanings: Mapping[Keys, Meaning]
    elsewhere: Mapping[str, str]
    fillers: frozenset[str]
    beside_why: frozenset[str]
    skipped: frozenset[str]
    before_a_name: tuple[Keys, ...]
    after_a_name: frozenset[str]

    def at(self, keys: Sequence[str], start: int) -> Match | None:
        """The longest verb or phrase that begins with the word at `start`."""
        found: Match | None = None
        read: list[str] = []
        for position in range(start, len(keys)):
            if position > start and keys[position] in self.skipped:
                continue
            read.append(keys[position])
            if len(read) > LONGEST_PHRASE:
                break
            meaning = self.meanings.get(tuple(read))
            if meaning is not None:
                found = Match(start, position + 1, meaning)
        return found

    def all_in(self, keys: Sequence[str]) -> list[Match]:
        """Every verb and phrase among the words, each word read once."""
        found: list[Match] = []
        position = 0
        while position < len(keys):
            match = self.at(keys, position)
            if match is not None:
                found.append(match)
            position = match.end if match else position + 1
        return found

    def at_end(self, keys: Sequence[str]) -> Match | None:
        """The longest verb or phrase that the words end with, when something stands before it."""
        ends = (self.at(keys, start) for start in range(1, len(keys)))
        return next((match for match in ends if match and match.end == len(keys)), None)

    def nearest(self, words: Sequence[str]) -> str | None:
        """The verb that mistyped words are most likely about."""
        for text, cutoff in ((" ".join(words), 0.8), *((word, 0.7) for word in words)):
            near = get_close_matches(text, map(" ".join, self.meanings), n=1, cutoff=cutoff)
            if near:
                return self.meanings[tuple(near[0].split())].verb
        return None


def read_phrases(path: Path) -> Phrases:
    """Read the table from a file; phrases wait for the verb they mean."""
    table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    skipped = frozenset(table["skipped"])
    named = {
        (verb.name,): Meaning(verb.name, None, "") for verb in VERBS if verb.name and is_about_somebody(verb)
    }
    meanings = named | {
        tuple(word for word in phrase.split() if word not in skipped): _meaning(words, phrase)
        for words, phrases in table["verbs"].items()
        if words.split()[0] in BY_NAME
        for phrase in phrases
    }
    return Phrases(
        meanings,
        table["elsewhere"],
        frozenset(table["fillers"]) | skipped,
        frozenset(table["beside_why"]),
        skipped,
        tuple(tuple(words.split()) for words in table["before_a_name"]),
        frozenset(table["after_a_name"]),
    )


@cache
def phrases() -> Phrases:
    """The table of this program, read once."""
    return read_phrases(messages_folder() / "phrases.yaml")


def is_about_somebody(verb: Verb) -> bool:
    """Whether the verb is about one customer, so that the line has to say which."""
    return verb.subject in SOMEBODY


def one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter too many, too few, wrong, or two of them exchanged make one word the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return True
    one, other = one[same:], other[same:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


def slipped(word: str, known: Iterable[str]) -> str | None:
    """The known word of four letters or more that this one is a slip of, if there is one."""
    return next((each for each in known if len(each) > 3 and one_slip_apart(word, each)), None)


def _meaning(words: str, phrase: str) -> Meaning:
    verb, _, option = words.partition(" ")
    return Meaning(verb, option or None, phrase)
