"""Buttons for remedies name words that exist."""

from bot.commands.verbs import BY_NAME
from bot.replies.configurations import CELLS
from bot.replies.remedies import VERBS
from bot.words import Words


def test_every_remedy_belongs_to_words_of_a_finding() -> None:
    assert set(VERBS) <= Words().keys("findings")


def test_every_remedy_is_a_verb() -> None:
    assert set(VERBS.values()) <= set(BY_NAME)


def test_every_row_of_the_configurations_has_words() -> None:
    assert set(CELLS) == Words().keys("configurations")
