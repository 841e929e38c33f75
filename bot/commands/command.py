"""A command as it was understood, and how it is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.commands.phrases import is_about_somebody
from bot.commands.typed_words import split_words
from bot.commands.verbs import BY_NAME, Shown, Verb
from bot.errors import BadUsage, Fact

TARGETS_OF_WHY = ("update", "cancel", "pause", "login")

_DISPLAYED = re.compile(r"[^<>\"]+ <\S+@\S+>")
# What needs no quotes: nothing in it can be taken for a mark, an end of a sentence or another word.
_PLAIN_TARGET = re.compile(r"[A-Za-z0-9]+_\w*[A-Za-z0-9]")
_PLAIN_VALUE = re.compile(r"[^\W_](?:[\w@.:/%+-]*[^\W_])?")


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command: verb, the words after it, an optional target and the `key:value` options.

    `phrase` is what was typed in place of the verb's name, empty when the name itself was typed.
    """

    verb: Verb
    subject: str = ""
    target: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    phrase: str = field(default="", compare=False)

    def option(self, name: str) -> str | None:
        """The value of an option, None when it was not given."""
        return self.options.get(name)

    @property
    def makes_link(self) -> bool:
        """Whether doing it makes a portal session, here or in a mail; the rules for links apply."""
        return self.verb.flow is not None or (self.verb.name == "email" and "recover" in self.options)

    @property
    def changes_what_is_kept(self) -> bool:
        """Whether it changes alerts, turns on call or mails: stored first, and only then answered."""
        changes = self.subject or self.options.keys() - {"skip"}  # which only turns pages
        return "resend" in self.options or (self.verb.stores and bool(changes))

    @property
    def wants_window(self) -> bool:
        """Return whether it is answered in a window, where its verb has one."""
        return self.verb.shown is Shown.WINDOW or "edit" in self.options

    def line(self, *, verb: str | None = None, subject: str | None = None, target: str | None = None) -> str:
        """Write the command as it could be typed again, e.g. for the value of a button.

        Another verb drops the options that it does not know.
        """
        chosen = BY_NAME[self.verb.name if verb is None else verb]
        kept = [_written(name, value) for name, value in self.options.items() if name in chosen.options]
        about = self.subject if subject is None else subject
        aim = (self.target if target is None else target) if chosen.takes_target else ""
        words = [
            chosen.name,
            _written_subject(about) if is_about_somebody(chosen) else about,
            aim if aim in TARGETS_OF_WHY or _PLAIN_TARGET.fullmatch(aim) else _quoted(aim),
            *kept,
        ]
        return " ".join(word for word in words if word)


class Unclear(BadUsage):
    """What was typed is not understood whole; `choices` are what may have been meant, likeliest first."""

    def __init__(self, code: str, choices: tuple[Command, ...], **facts: Fact) -> None:
        lines = " or ".join(f"“{each.line()}”" for each in choices)
        super().__init__(code, stripe_said=None, **facts, choices=lines)
        self.choices = choices


def _written_subject(subject: str) -> str:
    """A name stands in quotes, so that none of its words is taken for a verb."""
    words = split_words(subject)
    sure = len(words) == 1 and words[0].is_sure and words[0].bare == subject
    return subject if sure or _DISPLAYED.fullmatch(subject) else _quoted(subject)


def _written(name: str, value: str) -> str:
    return f"{name}:{value}" if _PLAIN_VALUE.fullmatch(value) else f"{name}:{_quoted(value)}"


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(39))}"' if text else ""
