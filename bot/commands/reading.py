"""Reading what a person typed: `/portal cancel sub_123 offer:STAY for:ticket 42`.

A verb, or a phrase that means one, stands before or after whom it is about. Every word has to be one of
these, a target, an option or a filler; where one is not, nothing is done and the answer says which.
"""

from collections.abc import Sequence

from bot.commands.command import Command
from bot.commands.identified import read_identified
from bot.commands.named import read_named
from bot.commands.options import Typed, set_apart
from bot.commands.phrases import is_about_somebody, phrases
from bot.commands.typed_words import Word, split_words, text_of
from bot.commands.verbs import BY_NAME, Subject, Verb
from bot.errors import BadUsage, NotFound
from bot.portal.identifiers import refuse_credentials
from bot.portal.pasted_text import bare, cleaned

EDIT, COPY = "edit", "copy"
"""After a configuration's name: it is to be edited, or copied under the name that follows."""
LONGEST_COMMAND = 3000
"""Characters; a longer text is not something a person typed."""
CARD, HELP = BY_NAME[""], BY_NAME["help"]


def read_command(text: str) -> Command:
    """Read the text after the slash command. Raises BadUsage with the sentence that helps."""
    if len(text) > LONGEST_COMMAND:
        raise BadUsage("too_long", limit=LONGEST_COMMAND)
    return _read(cleaned(text))


def read_words(words: Sequence[str]) -> Command:
    """Read a command that a shell has split into words. Raises BadUsage."""
    return _read(cleaned(" ".join(map(_as_typed, words))))


def _as_typed(word: str) -> str:
    """A shell takes the quotes off `for:"ticket 42"`."""
    typed = Word(word)
    if typed.is_option and typed.option is not None and len(typed.option[1].split()) > 1:
        return '{}:"{}"'.format(typed.option[0], typed.option[1].replace('"', "'"))
    return word


def _read(line: str) -> Command:
    words = split_words(line)
    first = words[0].key if words else HELP.name
    if first == HELP.name:
        return Command(HELP)  # whatever follows: an answer beats a correction
    verb = BY_NAME.get(first) if first else None
    try:
        refuse_credentials(line)
    except NotFound:
        # The look-up refuses it, with the sentence that says what to do; no word of it is repeated here.
        if verb is not None and is_about_somebody(verb):
            return Command(verb, _unquoted(text_of(words[1:])))
        return Command(CARD, _unquoted(line))
    if verb is not None and not is_about_somebody(verb):
        return _about_nobody(verb, words[1:], line)
    return _about_somebody(words)


def _unquoted(text: str) -> str:
    """The text without quotes, so that it reads the same when it is written out in quotes."""
    return " ".join(text.replace('"', " ").split())


def _about_somebody(words: Sequence[Word]) -> Command:
    typed = set_apart(words)
    if typed.reason is not None and not _subject_words(typed):
        typed.reason = _cut_short(typed)
    if typed.reason is not None and any(BY_NAME[verb].takes_target for verb in _verbs(typed.plain)):
        typed.plain += [word for word in typed.reason if word.is_price]
        typed.reason = [word for word in typed.reason if not word.is_price]
    return read_identified(typed) or read_named(typed)


def _verbs(words: Sequence[Word]) -> list[str]:
    found = phrases().all_in([word.key for word in words])
    return [match.meaning.verb for match in found]


def _subject_words(typed: Typed) -> bool:
    """Whether anything beside the reason says whom the line is about."""
    keys = [word.key for word in typed.plain]
    read = {position for match in phrases().all_in(keys) for position in range(match.start, match.end)}
    return any(
        word.key not in phrases().fillers and not word.is_price
        for position, word in enumerate(typed.plain)
        if position not in read
    )


def _cut_short(typed: Typed) -> list[Word]:
    """The reason, when it stands before the customer: `for:T-12 jenny@…`, `for:T-12 Jenny Rosen`."""
    first, *rest = typed.reason or [Word("")]
    sure = next((each for each in rest if each.is_sure and not each.is_price), None)
    if sure is None:
        typed.plain += rest
        return [first]
    wanted = [sure]
    if not _verbs(typed.plain):
        wanted += [each for each in rest[: rest.index(sure)] if each.key in BY_NAME][-1:]
    typed.plain += wanted
    return [first, *(each for each in rest if each not in wanted)]


def _about_nobody(verb: Verb, words: Sequence[Word], line: str) -> Command:
    """Read what follows a verb that is about no customer: a name, a text, or one of its own words."""
    if verb.subject not in {Subject.NOTHING, Subject.CONFIGURATION, Subject.PRODUCT}:
        return Command(verb, line.partition(" ")[2])
    copied = next((place for place, each in enumerate(words) if _begins_copy(verb, each)), len(words))
    typed = set_apart(words[:copied])
    if copied < len(words):  # a name may have spaces, so it runs on to the end of the line
        name = text_of(words[copied:]).partition(":")[2]
        typed.options[COPY] = name.strip().strip('"')
    options = typed.checked(verb)
    subject = bare(text_of(typed.plain))
    if verb.subject is Subject.NOTHING:
        subject = subject.lower()
        if subject and subject not in verb.words:
            raise BadUsage("no_argument_wanted", verb=verb.name, extra=subject)
    if verb.subject is Subject.CONFIGURATION and subject.lower().split(" ")[-1:] == [EDIT]:
        return Command(verb, subject[: -len(EDIT)].strip(), "", {**options, EDIT: "yes"})
    return Command(verb, subject, "", options)


def _begins_copy(verb: Verb, word: Word) -> bool:
    return COPY in verb.options and word.option is not None and word.option[0] == COPY
