"""The window of the global shortcut, and the customers that its field offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import Refused
from bot.portal.rules import Explanation, Scope, Verdict
from bot.replies.plan import plan_line
from bot.use_cases.results import CustomerCard
from bot.use_cases.suggestions import Suggestion
from bot.words import Words

MOST_OPTIONS = 20
LABEL, VALUE = 75, 75
"""Characters that Slack allows in an option's text and in its value."""
MOST_PLANS = 3
_AROUND = {"payment": Scope.PAYMENT_METHOD, "details": Scope.DETAILS}
_OF_SUBSCRIPTIONS = {"cancel": Scope.CANCEL, "pause": Scope.PAUSE, "update": Scope.UPDATE}
_OF_LINKS = frozenset({"home", *_AROUND, *_OF_SUBSCRIPTIONS})


def help_view(
    words: Words, offered: Sequence[str], *, card: CustomerCard | None = None, refused: Refused | None = None
) -> dict[str, Any]:
    """Return the window: without a card, with one for this customer, or with why there is none."""
    fitting = [verb for verb in offered if card is None or _fits(card, verb)]
    customer = card.found.customer if card else None
    subscriptions = card.subscriptions[:MOST_PLANS] if card else ()
    return words.view(
        "billing_help",
        who=(customer.name or customer.email or customer.id) if customer else "",
        email=customer.email if customer and customer.name else None,
        plans=[plan_line(words, each.subscription) for each in subscriptions],
        refusal=words.refusal(refused) if refused else "",
        about=customer.id if customer else "anybody",
        verbs=verb_choices(words, fitting),
    )


def verb_choices(words: Words, verbs: Sequence[str]) -> list[dict[str, str]]:
    """Return verbs as the options of a menu; Slack wants each option to have a value."""
    return [
        {"value": name or "card", "summary": words.sentence("shortcut_verbs", name or "card")}
        for name in verbs
    ]


def suggestion_options(words: Words, found: Sequence[Suggestion], typed: str) -> Mapping[str, Any]:
    """Show the customers as options; the last one looks up what was typed, whatever it is."""
    looked_up = " ".join(typed.split())
    return words.view(
        "suggestions",
        customers=[
            {
                "value": each.value[:VALUE],
                "label": (each.name or each.email or each.value)[:LABEL],
                "email": (each.email or "")[: LABEL - 25],
                "created": each.created,
            }
            for each in found[:MOST_OPTIONS]
        ],
        typed=looked_up if 0 < len(looked_up) <= VALUE else "",
    )


def _fits(card: CustomerCard, verb: str) -> bool:
    """Return whether the rules know nothing that stands in the way."""
    if verb in _OF_LINKS and not _may(card.around, Scope.SESSION):
        return False
    if verb in _AROUND:
        return _may(card.around, _AROUND[verb])
    if verb in _OF_SUBSCRIPTIONS:
        return any(_may(each.explanation, _OF_SUBSCRIPTIONS[verb]) for each in card.subscriptions)
    return True


def _may(explanation: Explanation, scope: Scope) -> bool:
    return explanation[scope].verdict is not Verdict.BLOCKED
