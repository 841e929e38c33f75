"""Lines that say whom they are about by an id, an address, a number, a page or a quoted name.

Nothing else in such a line can be a name, so every word must be accounted for.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise

from bot.commands.choices import NOT_A_WORD, finished, not_understood, possible, two_readings
from bot.commands.command import TARGETS_OF_WHY, Command, Unclear
from bot.commands.options import Typed, unknown_option
from bot.commands.phrases import Match, Meaning, phrases
from bot.commands.typed_words import Word, text_of
from bot.commands.verbs import BY_NAME, Verb

WHY = "why"
MOST_CHOICES = 5


def read_identified(typed: Typed) -> Command | None:
    """Read the line, None when it names nobody so surely. Raises BadUsage."""
    words = typed.plain
    found = phrases().all_in([word.key for word in words])
    rest = _not_in(found, words)
    subjects = [word for word in words if word.is_sure and not word.is_price] or _quoted(found, rest)
    prices = _last_after_to(words, [word for word in rest if word.is_price])
    if not subjects and len(prices) == len(rest):
        subjects, prices = prices[:1], prices[1:]  # the look-up says that a price leads to nobody
    if not subjects:
        return None
    rest = [word for word in rest if word not in subjects and not word.is_price]
    name = _displayed_name(words, subjects, rest)
    rest = [word for word in rest if word not in name]
    abouts = list(dict.fromkeys(text_of([*name, word]) if name else word.bare for word in subjects))
    meaning, target = _meaning(found, typed, abouts)
    verb = BY_NAME[meaning.verb]
    if verb.name == WHY:
        rest = [word for word in rest if word.key not in phrases().beside_why]
    if verb.takes_target:
        target, rest, prices = _target(verb, target, rest, prices)
    for word in rest:
        if word.option is not None:
            raise unknown_option(word.option[0], verb)
    if rest or prices:
        raise not_understood([*rest, *prices], _suggested(verb, typed, abouts, target, rest, prices))
    if len(abouts) > 1:
        choices = possible([verb.name], typed, abouts, target)
        raise Unclear("several_subjects", tuple(choices), count=len(abouts))
    return finished(meaning, typed, abouts[0], target)


def _not_in(found: Sequence[Match], words: Sequence[Word]) -> list[Word]:
    """The words that are part of no phrase and say something."""
    read = {position for match in found for position in range(match.start, match.end)}
    return [
        word
        for position, word in enumerate(words)
        if position not in read and word.key not in phrases().fillers and any(map(str.isalnum, word.bare))
    ]


def _last_after_to(words: Sequence[Word], prices: list[Word]) -> list[Word]:
    """The prices in order, but first the one that `to` leads to: `from price_a to price_b`."""
    led = [word for before, word in pairwise(words) if before.key == "to" and word in prices]
    return [*led, *(price for price in prices if price not in led)]


def _quoted(found: Sequence[Match], rest: Sequence[Word]) -> list[Word]:
    """A quoted name, unless there are other words around it that may be part of the name."""
    quoted = [word for word in rest if word.quoted]
    others = [word for word in rest if not word.quoted and not word.is_price]
    aims = any(BY_NAME[match.meaning.verb].takes_target for match in found)
    return quoted[:1] if len(quoted) + len(others) <= 1 + aims else []


def _displayed_name(words: Sequence[Word], subjects: Sequence[Word], rest: Sequence[Word]) -> list[Word]:
    """The words before an address in angle brackets, as mail programs write it: `Jenny Rosen <jenny@…>`."""
    if len(subjects) > 1 or not subjects[0].text.startswith("<") or "@" not in subjects[0].text[2:]:
        return []
    name: list[Word] = []
    for word in reversed(words[: words.index(subjects[0])]):
        if word not in rest or word.key in phrases().elsewhere or phrases().nearest([word.key]):
            break
        name.insert(0, word)
    return name


def _meaning(found: Sequence[Match], typed: Typed, abouts: Sequence[str]) -> tuple[Meaning, str]:
    """The verb of the line, and what `why` asks about. Raises BadUsage when there are several verbs."""
    verbs = list(dict.fromkeys(match.meaning.verb for match in found))
    if not verbs:
        return NOT_A_WORD, ""
    # A phrase tells more than the name of the same verb: `more seats` needs a number.
    first = max((m.meaning for m in found if m.meaning.verb == verbs[0]), key=lambda each: len(each.phrase))
    if len(verbs) == 1:
        return first, ""
    if len(verbs) == 2 and verbs[0] == WHY and verbs[1] in TARGETS_OF_WHY:
        return first, verbs[1]
    asked = [each for each in verbs if each in TARGETS_OF_WHY] if WHY in verbs else []
    about = possible([WHY], typed, abouts, asked[0]) if asked else []
    raise two_readings(
        [*about, *possible([each for each in verbs if not about or each != WHY], typed, abouts)]
    )


def _target(
    verb: Verb, target: str, rest: list[Word], prices: list[Word]
) -> tuple[str, list[Word], list[Word]]:
    """What a switch or a question is about, and the words that are still left over."""
    if target:
        return target, rest, prices
    if prices:
        return prices[0].bare, rest, prices[1:]
    if len(rest) == 1 and (rest[0].quoted or _may_be_a_price(verb, rest[0])):
        return rest[0].bare, [], []
    return "", rest, prices


def _may_be_a_price(verb: Verb, word: Word) -> bool:
    """A lookup key is any word, unless it is a number, or nearly something else that could stand there."""
    if verb.name == WHY and word.key in TARGETS_OF_WHY:
        return True
    if word.option is not None or word.key.isdigit() or word.key in phrases().elsewhere:
        return False
    near = get_close_matches(word.key, TARGETS_OF_WHY, n=1, cutoff=0.75) if verb.name == WHY else []
    return not near and phrases().nearest([word.key]) is None


def _suggested(
    verb: Verb,
    typed: Typed,
    abouts: Sequence[str],
    target: str,
    rest: Sequence[Word],
    prices: Sequence[Word],
) -> list[Command]:
    """What was meant most likely, likeliest first."""
    keys = [word.key or word.bare.lower() for word in rest]
    found: list[Command] = []
    if prices and not target:
        found += possible(["switch"], typed, abouts, prices[0].bare)
    if verb.name == "update" and len(rest) == 1 and _may_be_a_price(BY_NAME["switch"], rest[0]):
        found += possible(["switch"], typed, abouts, rest[0].bare)  # `upgrade … to pro`
    numbers = [key for key in keys if key.isdigit()]
    if len(numbers) == 1 and "qty" in verb.options and typed.options.keys().isdisjoint({"qty"}):
        counted = Typed(typed.plain, {**typed.options, "qty": numbers[0]}, typed.reason)
        found += possible([verb.name], counted, abouts, target)
    near = [each for key in keys for each in get_close_matches(key, TARGETS_OF_WHY, n=1, cutoff=0.7)]
    if verb.name == WHY and near:
        found += possible([WHY], typed, abouts, near[0])
    meant = phrases().nearest(keys) if keys else None
    if meant is not None and not found:
        found += possible([meant], typed, abouts)
    found += possible([verb.name], typed, abouts, target)
    return list({each.line(): each for each in found}.values())[:MOST_CHOICES]
