"""Reading what a person typed: `/portal cancel sub_123 offer:STAY for:ticket 42`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.commands.verbs import BY_NAME, OPTION_NAMES, Subject, Verb
from bot.errors import BadUsage

LONGEST_COMMAND = 3000
"""Characters; a longer text is not something a person typed."""
LONGEST_REASON = 200
"""Characters of `for:`; a ticket number or a sentence, kept in the audit trail."""

# A link that Slack made out of what was typed (`<https://…|label with spaces>`), a quoted reason, or a word.
_TOKEN = re.compile(r"""<[^<>]*>|[A-Za-z_]{2,20}:(?:"[^"]*"|“[^”]*”)|"[^"]*"|“[^”]*”|\S+""")
_OPTION = re.compile(r"^([A-Za-z_]{2,20}):(.*)$", re.DOTALL)
_ADDRESS_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_TARGET = re.compile(r"^(price_|prod_|plan_)\w+$")
# What names a customer or a subscription in a single word.
_ONE_WORD_SUBJECT = re.compile(r"^(<.*>|https?:.*|\S+@\S+|[a-z]{2,8}_(?:sched_|test_|live_)?\w{4,})$")


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command: verb, the words after it, an optional target and the `key:value` options."""

    verb: Verb
    subject: str = ""
    target: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def option(self, name: str) -> str | None:
        """The value of an option, None when it was not given."""
        return self.options.get(name)

    @property
    def makes_link(self) -> bool:
        """Whether doing it makes a portal session, here or in a mail; the rules for links apply."""
        return self.verb.flow is not None or (self.verb.name == "email" and "recover" in self.options)

    def line(self, *, verb: str | None = None, subject: str | None = None, target: str | None = None) -> str:
        """Write the command as it could be typed again, e.g. for the value of a button.

        Another verb drops the options that it does not know.
        """
        chosen = BY_NAME[self.verb.name if verb is None else verb]
        kept = [_written(name, value) for name, value in self.options.items() if name in chosen.options]
        aim = (self.target if target is None else target) if chosen.takes_target else ""
        words = [chosen.name, self.subject if subject is None else subject, aim, *kept]
        return " ".join(word for word in words if word)


def _written(name: str, value: str) -> str:
    return f"{name}:{value}" if len(value.split()) == 1 else f'{name}:"{value.replace(chr(34), chr(39))}"'


def read_command(text: str) -> Command:
    """Read the text after the slash command. Raises BadUsage with the sentence that helps."""
    if len(text) > LONGEST_COMMAND:
        raise BadUsage("too_long", limit=LONGEST_COMMAND)
    return read_words(_TOKEN.findall(text))


def read_words(words: Sequence[str]) -> Command:
    """Read a command that is already split into words, as a shell does. Raises BadUsage."""
    # Bytes that are no text, and halves of characters in JSON, could be neither sent nor written down.
    verb, rest = _verb([word.encode(errors="replace").decode() for word in words])
    if verb is BY_NAME["help"]:
        return Command(verb)  # whatever follows: an answer beats a correction
    plain, options = _options(verb, rest)
    subject, target = _split_target(verb, plain)
    command = Command(verb, subject, target, options)
    _check_subject(command)
    return command


def _verb(words: list[str]) -> tuple[Verb, list[str]]:
    if not words:
        return BY_NAME["help"], []
    first = words[0].lower()
    if first in BY_NAME:
        return BY_NAME[first], words[1:]
    return BY_NAME[""], words


def _options(verb: Verb, words: list[str]) -> tuple[list[str], dict[str, str]]:
    plain: list[str] = []
    options: dict[str, str] = {}
    open_reason: list[str] | None = None
    for word in words:
        found = _OPTION.match(word)
        name = found[1].lower() if found else ""
        in_reason = open_reason is not None and bool(plain) and not _TARGET.match(word)
        if not found or name in _ADDRESS_SCHEMES or (in_reason and name not in verb.options):
            (open_reason if open_reason is not None and in_reason else plain).append(_unquote(word))
            continue
        value = _unquote(found[2])
        if name not in verb.options and not _meant_as_option(name, words):
            plain.append(_unquote(word))  # a name with a colon in it
            continue
        if name not in verb.options:
            raise BadUsage("unknown_option", option=f"{name}:", verb=verb.name or "<who>", usage=usage(verb))
        if name in options or (name == "for" and open_reason is not None):
            raise BadUsage("option_twice", option=f"{name}:")
        if not value:
            raise BadUsage("option_empty", option=f"{name}:")
        if name == "for":
            open_reason = [value]  # a reason runs on to the next option or the end
        else:
            options[name] = value
    if open_reason is not None:
        options["for"] = reason = " ".join(open_reason)
        if len(reason) > LONGEST_REASON:
            raise BadUsage("reason_too_long", limit=LONGEST_REASON)
    return plain, options


def _meant_as_option(name: str, words: Sequence[str]) -> bool:
    """Whether `name:` is to be corrected, not looked up: nearly an option, or beside an id or an address."""
    nearly = get_close_matches(name, OPTION_NAMES, n=1, cutoff=0.7)
    return bool(nearly) or any(_ONE_WORD_SUBJECT.match(word) for word in words)


def _unquote(word: str) -> str:
    return word.strip('"“”') if word[:1] in {'"', "“"} else word


def _split_target(verb: Verb, words: list[str]) -> tuple[str, str]:
    if not verb.takes_target or len(words) < 2:
        return " ".join(words), ""
    if _ONE_WORD_SUBJECT.match(words[0]):
        if len(words) > 2:
            raise BadUsage("too_many_words", extra=" ".join(words[2:]), usage=usage(verb))
        return words[0], words[1]
    if _TARGET.match(words[-1]) or words[-1] in {"update", "cancel", "pause", "login"}:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def _check_subject(command: Command) -> None:
    wanted = command.verb.subject
    if wanted is Subject.NOTHING and command.subject and command.subject not in command.verb.words:
        raise BadUsage("no_argument_wanted", verb=command.verb.name, extra=command.subject)
    if wanted in {Subject.WHO, Subject.SUBSCRIPTION, Subject.EMAIL} and not command.subject:
        raise BadUsage("who_missing", usage=usage(command.verb))


def usage(verb: Verb) -> str:
    """How the verb is written, without the slash command in front."""
    return f"{verb.name} {verb.arguments}".strip()
