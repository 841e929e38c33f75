"""A button that stands for a command line."""

from dataclasses import dataclass

from bot.words import Words

LONGEST_VALUE = 2000
"""Characters Slack allows in a button's value."""


LABELS = {"": "card", "details": "customer_details"}
"""Keys of `messages/buttons.yaml` for verbs that do not have their own."""


@dataclass(frozen=True, slots=True)
class Button:
    """`key` tells it from its neighbours, `line` is the command it stands for.

    `action` says who handles it; of other ones than `run` the line is theirs to read.
    """

    key: str
    label: str
    line: str
    primary: bool = False
    confirm: str = ""
    action: str = "run"


def button(words: Words, label: str, line: str, *, key: str | None = None, primary: bool = False) -> Button:
    """Make a button; `label` is a key of `messages/buttons.yaml`."""
    return Button(key or label, words.sentence("buttons", label), line[:LONGEST_VALUE], primary)


def verb_button(words: Words, verb: str, subject: str, *, key: str = "", primary: bool = False) -> Button:
    """A button for a verb about an id."""
    line = f"{verb} {subject}".strip()
    return button(words, LABELS.get(verb, verb), line, key=f"{verb or 'card'}{key}", primary=primary)
