"""Several answers where one was asked for: a choice, each with what tells it apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.commands.command import Command
from bot.portal.candidates import Ambiguous, Candidate, NobodyButNear, SeveralSubscriptions
from bot.portal.models import MISSING, Coupon, Item
from bot.portal.prices import SeveralPrices
from bot.portal.products.product_lookup import SeveralProducts
from bot.replies.details import Detail, details_button
from bot.replies.plan import plan_line
from bot.replies.price import changed_terms, price_name
from bot.use_cases.link_choices import OFFER, ChooseOffer, ChoosePlan
from bot.words import Message, Words

MOST_CHOICES = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; `line` is the command that goes on with it. Title and detail are mrkdwn.

    `name` stands on the button, which says `Choose` without one.
    """

    title: str
    detail: str
    line: str
    name: str = ""


def customers_message(words: Words, refused: Ambiguous, command: Command) -> Message:
    """Choose a customer."""
    return _customers(
        words, words.markup("refusals", refused.code, refused.facts), refused.candidates, command
    )


def near_message(words: Words, refused: NobodyButNear, command: Command) -> Message:
    """Offer customers who are nearly what was typed."""
    sentence = words.markup("choices", "near", {"email": None, "name": None, **refused.facts})
    return _customers(words, sentence, refused.candidates, command)


def _customers(words: Words, sentence: str, candidates: Sequence[Candidate], command: Command) -> Message:
    choices = [
        _choice(
            words,
            "customer",
            _customer(words, each),
            command.line(subject=each.customer),
            each.name or each.email,
        )
        for each in candidates
    ]
    ids = [(each.name or each.email or "–", each.customer) for each in candidates]
    return _message(words, sentence, choices, ids)


def _customer(words: Words, candidate: Candidate) -> dict[str, object]:
    held = candidate.subscription
    return {"candidate": candidate, "plan": plan_line(words, held).plan if held else ""}


def subscriptions_message(words: Words, refused: SeveralSubscriptions, command: Command) -> Message:
    """Choose a subscription."""
    choices = [
        _choice(words, "subscription", {"line": line}, command.line(subject=line.id), line.plan)
        for line in (plan_line(words, each) for each in refused.candidates)
    ]
    ids = [(plan_line(words, each).plan, each.id) for each in refused.candidates]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices, ids)


def prices_message(words: Words, refused: SeveralPrices, command: Command) -> Message:
    """Choose a price to switch to."""
    ids = [(price_name(words, each), each.id) for each in refused.candidates]
    choices = [
        _choice(words, "price", {"name": name, "id": price}, command.line(target=price), name)
        for name, price in ids
    ]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices, ids)


def plans_message(words: Words, refused: ChoosePlan, command: Command) -> Message:
    """Choose a plan to switch to; the buttons say from what to what."""
    held = refused.subscription.items if refused.subscription else MISSING
    now = Item("") if held is MISSING or not held else held[0]
    currency = refused.subscription.currency if refused.subscription else None
    choices = [
        Choice(
            words.markup("choices", "price", {"name": price_name(words, each), "id": each.id}, part="title"),
            changed_terms(words, (now.price, now.quantity), (each, now.quantity), currency),
            command.line(target=each.id),
            each.product_name or "",
        )
        for each in refused.plans
    ]
    return _message(words, words.sentence("choices", "plan" if choices else "no_plan"), choices)


def offers_message(words: Words, refused: ChooseOffer, command: Command) -> Message:
    """Choose a coupon to offer to a customer who cancels."""
    choices = [
        _choice(
            words,
            "coupon",
            {"coupon": each, "off": _off(words, each)},
            replace(command, options={**command.options, OFFER: each.id}).line(),
            each.name or each.id,
        )
        for each in refused.coupons
    ]
    return _message(words, words.sentence("choices", "offer" if choices else "no_offer"), choices)


def _off(words: Words, coupon: Coupon) -> str:
    """What a coupon takes off, such as `30%` or `$10.00`."""
    if coupon.percent_off is not None:
        return f"{coupon.percent_off:g}%"
    return words.writing.money(coupon.amount_off, coupon.currency)


def products_message(words: Words, refused: SeveralProducts, command: Command) -> Message:
    """Choose a product."""
    choices = [
        _choice(words, "product", {"product": each}, command.line(subject=each.id), each.name)
        for each in refused.candidates
    ]
    ids = [(each.name or "–", each.id) for each in refused.candidates]
    return _message(words, words.markup("refusals", refused.code, refused.facts), choices, ids)


def _choice(words: Words, kind: str, facts: Mapping[str, object], line: str, name: str | None) -> Choice:
    """Make a choice of a kind in `messages/choices.yaml`."""
    title, detail = (words.markup("choices", kind, facts, part=part) for part in ("title", "detail"))
    return Choice(title, detail, line, name or "")


def _message(
    words: Words, sentence: str, choices: Sequence[Choice], ids: Sequence[tuple[str, str]] = ()
) -> Message:
    return words.message(
        "picker",
        sentence=sentence,
        candidates=choices[:MOST_CHOICES],
        hidden=max(0, len(choices) - MOST_CHOICES),
        buttons=details_button(words, [Detail(words.sentence("details", "ids"), tuple(ids))]),
    )
