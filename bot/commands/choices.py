"""A command in the making: what a line may have meant, and the refusals that ask back."""

from collections.abc import Iterable, Sequence

from bot.commands.command import Command, Unclear
from bot.commands.options import Typed, usage
from bot.commands.phrases import Meaning, phrases
from bot.commands.typed_words import Word, text_of
from bot.commands.verbs import BY_NAME, Subject
from bot.errors import BadUsage

CARD = BY_NAME[""]
NOT_A_WORD = Meaning("", None, "")
"""No verb was typed: the customer's card."""


def finished(meaning: Meaning, typed: Typed, subject: str, target: str = "") -> Command:
    """Make the command. Raises BadUsage when an option does not fit, or nobody is named."""
    verb = BY_NAME[meaning.verb]
    options = typed.checked(verb)
    if not subject and verb.subject is not Subject.ANYONE:
        raise BadUsage("who_missing", usage=usage(verb), phrase=meaning.phrase, verb=verb.name)
    command = Command(verb, subject, target, options, meaning.phrase)
    if meaning.option and meaning.option not in options:
        line = f"{command.line()} {meaning.option}:5"
        raise BadUsage("quantity_missing", phrase=meaning.phrase, verb=verb.name, line=line)
    return command


def possible(verbs: Iterable[str], typed: Typed, subjects: Iterable[str], target: str = "") -> list[Command]:
    """The commands that these verbs would make of the line; none that would lose an option or the target."""
    given = typed.given()
    chosen = [BY_NAME[name] for name in dict.fromkeys(verbs)]
    return [
        Command(verb, subject, target, given)
        for verb in chosen
        for subject in subjects
        if given.keys() <= verb.options and (verb.takes_target or not target)
    ]


def not_understood(words: Sequence[Word], choices: Sequence[Command]) -> Unclear:
    """A word is left over; `choices` are what the line says without it."""
    for word in words:
        instead = phrases().elsewhere.get(word.key)
        if instead is not None:
            return Unclear("verb_elsewhere", tuple(choices), word=word.bare, instead=instead)
    return Unclear("word_not_understood", tuple(choices), words=text_of(words))


def two_readings(choices: Sequence[Command]) -> Unclear:
    """The line can be read as each of these commands."""
    return Unclear("two_readings", tuple(choices))
