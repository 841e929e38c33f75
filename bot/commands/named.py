"""Lines that say whom they are about by a name: `change plan for jenny`, `cancel Jenny Rosen`, `Home Depot`.

Any word may be part of a name. What stands at the beginning or at the end is a verb only when it cannot be
taken for one; else the answer asks.
"""

from collections.abc import Sequence

from bot.commands.choices import NOT_A_WORD, finished, not_understood, possible, two_readings
from bot.commands.command import TARGETS_OF_WHY, Command
from bot.commands.options import Typed
from bot.commands.phrases import Match, Meaning, phrases, slipped
from bot.commands.typed_words import Word, text_of
from bot.commands.verbs import BY_NAME
from bot.portal.pasted_text import bare, cleaned

CARD = ""


def read_named(typed: Typed) -> Command:
    """Read the line. Raises BadUsage."""
    words = typed.plain
    keys = [word.key for word in words]
    first = phrases().at(keys, 0)
    owned = _owner(words, keys)
    if owned is not None:
        return _about_name(typed, *owned)
    if first is not None and keys[0] in BY_NAME:
        return _after_a_verb(typed, first)
    if _is_written_as_name(words):
        return finished(NOT_A_WORD, typed, name_of(words))
    if first is not None:
        return _after_a_phrase(typed, first)
    last = phrases().at_end(keys)
    if last is not None:
        return _before_a_verb(typed, last)
    return _name_alone(typed)


def _owner(words: Sequence[Word], keys: Sequence[str]) -> tuple[Meaning, Sequence[Word]] | None:
    """`change jenny rosen's plan`: whose it is, when the words around the name are a phrase."""
    end = next((n for n, key in enumerate(keys) if key.endswith("'s") and len(key) > 2), None)
    if end is None or end == len(words) - 1:
        return None
    # `McDonald's cancel` may as well be a name.
    for start in range(end + 1) if len(words) - end > 2 else range(1, end + 1):
        around = [key for key in (*keys[:start], *keys[end + 1 :]) if key not in phrases().after_a_name]
        match = phrases().at(around, 0)
        rest = around[match.end :] if match else around
        if match is not None and all(key in phrases().fillers for key in rest):
            return match.meaning, [*words[start:end], Word(words[end].bare.removesuffix("'s"))]
    return None


def name_of(words: Sequence[Word]) -> str:
    """The words as a name: without quotes, and without the punctuation of the sentence around it."""
    if len(words) == 1 and words[0].quoted:
        return words[0].text
    return bare(cleaned(text_of(words).replace('"', "")))


def _after_a_verb(typed: Typed, first: Match) -> Command:
    """`cancel Jenny Rosen`, `update card Jenny`: the longer phrase is meant, unless it is part of a name."""
    exact = Meaning(typed.plain[0].key, None, "")
    rest = typed.plain[first.end :]
    if first.end == 1 or first.meaning.verb == exact.verb or not rest or len(_after_lead(rest)) < len(rest):
        return _about_name(typed, first.meaning, rest)
    readings = [
        *possible([first.meaning.verb], typed, [name_of(rest)]),
        *possible([exact.verb], typed, [name_of(typed.plain[1:])]),
    ]
    raise two_readings(readings)


def _after_a_phrase(typed: Typed, first: Match) -> Command:
    """`card expired jenny`; one word may as well be the beginning of a name: `upgrade labs`."""
    rest = typed.plain[first.end :]
    if first.end - first.start == 1 and rest and len(_after_lead(rest)) == len(rest):
        raise two_readings(
            [
                *possible([first.meaning.verb], typed, [name_of(rest)]),
                *possible([CARD], typed, [name_of(typed.plain)]),
            ]
        )
    return _about_name(typed, first.meaning, rest)


def _before_a_verb(typed: Typed, last: Match) -> Command:
    """`jenny rosen card expired`; a single word may as well be the end of a name: `jenny page`."""
    name = typed.plain[: last.start]
    if last.end - last.start > 1:
        return _about_name(typed, last.meaning, name)
    raise two_readings(
        [
            *possible([last.meaning.verb], typed, [name_of(name)]),
            *possible([CARD], typed, [name_of(typed.plain)]),
        ]
    )


def _name_alone(typed: Typed) -> Command:
    """A name, unless its first or last word is nearly a verb, or what no verb does."""
    words = typed.plain
    verbs = [verb for verb in BY_NAME if (verb,) in phrases().meanings]
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])) if len(words) > 1 else ():
        meant = slipped(word.key, verbs) if word.key else None
        if meant is not None or (word is words[0] and word.key in phrases().elsewhere):
            choices = possible([meant or CARD], typed, [name_of(rest)])
            raise not_understood([word], [*choices, *possible([CARD], typed, [name_of(words)])])
    return finished(NOT_A_WORD, typed, name_of(words))


def _about_name(typed: Typed, meaning: Meaning, words: Sequence[Word]) -> Command:
    """The command about a name, which may hold a target at its end. Raises BadUsage."""
    words = _before_tail(_after_lead(words))
    target = ""
    verb = BY_NAME[meaning.verb]
    if verb.takes_target:
        words, target = _apart_from_target(words, asks=verb.name == "why")
    if not _is_written_as_name(words):
        _refuse_second_verb(typed, meaning, words, target)
    return finished(meaning, typed, name_of(words), target)


def _refuse_second_verb(typed: Typed, meaning: Meaning, words: Sequence[Word], target: str) -> None:
    """`cancel jenny pause`: the name may hold a verb, or there are two."""
    keys = [word.key for word in words]
    for match in (phrases().at(keys, 0), phrases().at_end(keys)):
        if match is None or match.meaning.verb == meaning.verb or match.end - match.start == len(words):
            continue
        rest = [*words[: match.start], *words[match.end :]]
        raise two_readings(
            [
                *possible([meaning.verb], typed, [name_of(words)], target),
                *possible([match.meaning.verb], typed, [name_of(rest)]),
            ]
        )


def _apart_from_target(words: Sequence[Word], *, asks: bool) -> tuple[Sequence[Word], str]:
    if len(words) < 2:
        return words, ""
    last = words[-1]
    if last.is_price or (asks and last.key in TARGETS_OF_WHY):
        return words[:-1], last.bare.lower() if asks and last.key in TARGETS_OF_WHY else last.bare
    match = phrases().at_end([word.key for word in words]) if asks else None
    if match is not None and match.meaning.verb in TARGETS_OF_WHY:
        return words[: match.start], match.meaning.verb
    return words, ""


def _after_lead(words: Sequence[Word]) -> Sequence[Word]:
    """Without `for` or `for the customer` before the name."""
    texts = tuple(word.text for word in words)
    for lead in phrases().before_a_name:
        if len(texts) > len(lead) and texts[: len(lead)] == lead:
            return words[len(lead) :]
    return words


def _before_tail(words: Sequence[Word]) -> Sequence[Word]:
    """Without `please` after the name."""
    while len(words) > 1 and words[-1].bare in phrases().after_a_name:
        words = words[:-1]
    return words


def _is_written_as_name(words: Sequence[Word]) -> bool:
    """Several words, each with a capital: `Jenny Page`, `Upgrade Labs`."""
    initials = [word.bare[:1] for word in words]
    return len(words) > 1 and all(initial != initial.lower() for initial in initials)
