"""The `key:value` options of a line, and the reason that runs on after `for:`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.commands.typed_words import Word, option_value, text_of
from bot.commands.verbs import OPTION_NAMES, Verb
from bot.errors import BadUsage

CHOSEN_LATER = "offer"
"""The option that may stand without a value: what fits is offered then."""
LONGEST_REASON = 200
"""Characters of `for:`; a ticket number or a sentence, kept in the audit trail."""


@dataclass
class Typed:
    """A line with its options apart. `plain` is what stands before the reason, or after another option."""

    plain: list[Word] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    reason: list[Word] | None = None

    def given(self) -> dict[str, str]:
        """Every option with its value, the reason included."""
        return self.options if self.reason is None else {**self.options, "for": text_of(self.reason)}

    def checked(self, verb: Verb) -> dict[str, str]:
        """The options of the verb. Raises BadUsage for one it does not have, or that has no value."""
        for name in [word.option[0] for word in self.plain if word.option]:
            if get_close_matches(name, OPTION_NAMES, n=1, cutoff=0.7):
                raise unknown_option(name, verb)
        options = self.given()
        check_options(options, verb)
        if len(options.get("for", "")) > LONGEST_REASON:
            raise BadUsage("reason_too_long", limit=LONGEST_REASON)
        return options


def check_options(options: Mapping[str, str], verb: Verb) -> None:
    """Raise BadUsage for an option the verb does not have, or that has no value."""
    for name, value in options.items():
        if name not in verb.options:
            raise unknown_option(name, verb)
        if not value and name != CHOSEN_LATER:
            raise BadUsage("option_empty", option=f"{name}:")


def usage(verb: Verb) -> str:
    """How the verb is written, without the slash command in front."""
    return f"{verb.name} {verb.arguments}".strip()


def unknown_option(name: str, verb: Verb) -> BadUsage:
    """The refusal of an option that the verb does not have."""
    return BadUsage("unknown_option", option=f"{name}:", verb=verb.name or "<who>", usage=usage(verb))


def set_apart(words: Sequence[Word]) -> Typed:
    """Tell options and reason from the other words. Raises BadUsage for an option that is there twice."""
    typed = Typed()
    in_reason = False
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.key in OPTION_NAMES and rest and rest[0].text in {":", "="}:
            word = Word(f"{word.key}:")  # `qty = 5`
            del rest[0]
        name, written = word.option or ("", "")
        if name not in OPTION_NAMES or (in_reason and not written):
            (typed.reason if in_reason and typed.reason is not None else typed.plain).append(word)
            continue
        if name in typed.options or (name == "for" and typed.reason is not None):
            raise BadUsage("option_twice", option=f"{name}:")
        if not written and rest and not (rest[0].is_sure or rest[0].is_option):
            written = rest.pop(0).text  # `qty: 5`
        in_reason = name == "for"
        if in_reason:
            typed.reason = [Word(written.strip('"'))]
        else:
            typed.options[name] = option_value(written)
    while typed.reason and len(typed.reason) > 1 and not typed.reason[-1].text.strip(".,;:!?"):
        typed.reason.pop()  # `for:"ticket 42".`
    return typed
