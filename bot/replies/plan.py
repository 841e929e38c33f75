"""What a subscription is, in a line: plan, quantity, what that costs, and how it stands."""

from dataclasses import dataclass

from bot.portal.models import MISSING, Item, Price, Subscription
from bot.replies.price import terms
from bot.replies.status_line import status_line
from bot.words import Words


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`plan` has quantity and cost, `last4` is of the payment method set on the subscription itself.

    `status` is mrkdwn: the status and what stands beside it, with dates."""

    id: str
    plan: str
    status: str
    more_items: int
    last4: str = ""


def plan_line(words: Words, subscription: Subscription, known: Price | None = None) -> PlanLine:
    """Describe a subscription by its first item; `known` is its price where more of it is known."""
    items = () if subscription.items is MISSING else subscription.items
    first = items[0] if items else Item("")
    held = subscription.default_payment_method
    method = held.object if held else None
    return PlanLine(
        id=subscription.id,
        plan=terms(words, known or first.price, first.quantity, subscription.currency),
        status=status_line(words, subscription),
        more_items=max(0, len(items) - 1),
        last4=method.last4 or "" if method else "",
    )
