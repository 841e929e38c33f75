"""Several answers where one was asked for: a choice, each with what tells it apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.command import Command
from bot.portal.lookup import Ambiguous, SeveralSubscriptions
from bot.portal.prices import SeveralPrices
from bot.portal.products.product_lookup import SeveralProducts
from bot.replies.plan import plan_line
from bot.replies.price import price_name
from bot.words import Message, Words

MOST_CHOICES = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; `line` is the command that goes on with it. Title and detail are mrkdwn."""

    title: str
    detail: str
    line: str


def customers_message(words: Words, refused: Ambiguous, command: Command) -> Message:
    """Choose a customer."""
    choices = [
        Choice(
            words.markup("choices", "customer", {"candidate": each}, part="title"),
            words.markup("choices", "customer", {"candidate": each}, part="detail"),
            command.line(subject=each.customer),
        )
        for each in refused.candidates
    ]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices)


def subscriptions_message(words: Words, refused: SeveralSubscriptions, command: Command) -> Message:
    """Choose a subscription."""
    choices = [
        Choice(
            words.markup("choices", "subscription", {"line": plan_line(words, each)}, part="title"),
            words.markup("choices", "subscription", {"line": plan_line(words, each)}, part="detail"),
            command.line(subject=each.id),
        )
        for each in refused.candidates
    ]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices)


def prices_message(words: Words, refused: SeveralPrices, command: Command) -> Message:
    """Choose a price to switch to."""
    choices = [
        Choice(
            words.markup("choices", "price", {"name": price_name(words, each), "id": each.id}, part="title"),
            words.markup("choices", "price", {"name": price_name(words, each), "id": each.id}, part="detail"),
            command.line(target=each.id),
        )
        for each in refused.candidates
    ]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices)


def products_message(words: Words, refused: SeveralProducts, command: Command) -> Message:
    """Choose a product."""
    choices = [
        Choice(
            words.markup("choices", "product", {"product": each}, part="title"),
            words.markup("choices", "product", {"product": each}, part="detail"),
            command.line(subject=each.id),
        )
        for each in refused.candidates
    ]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices)


def _message(words: Words, sentence: str, choices: Sequence[Choice]) -> Message:
    return words.message(
        "picker",
        sentence=sentence,
        candidates=choices[:MOST_CHOICES],
        hidden=max(0, len(choices) - MOST_CHOICES),
    )
