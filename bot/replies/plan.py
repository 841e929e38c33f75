"""What a subscription is, in a line: plan, price, quantity, status and the date that matters next."""

from dataclasses import dataclass

from bot.money import money
from bot.portal.models import MISSING, Item, Price, Subscription
from bot.words import Words

KNOWN_STATUSES = frozenset(
    {"active", "canceled", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"}
)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`until` is Unix seconds and `until_word` says what happens then; both empty when nothing is known."""

    id: str
    plan: str
    quantity: int | None
    status: str
    until: int | None
    until_word: str
    more_items: int


def plan_line(words: Words, subscription: Subscription, known: Price | None = None) -> PlanLine:
    """Describe a subscription by its first item; `known` is its price where more of it is known."""
    items = () if subscription.items is MISSING else subscription.items
    first = items[0] if items else Item("")
    until, word = _next_date(subscription)
    return PlanLine(
        id=subscription.id,
        plan=price_name(words, known or first.price),
        quantity=first.quantity if first.quantity and first.quantity > 1 else None,
        status=status_word(words, subscription),
        until=until,
        until_word=words.sentence("plans", word) if until else "",
        more_items=max(0, len(items) - 1),
    )


def status_word(words: Words, subscription: Subscription) -> str:
    """The status as people say it."""
    status = subscription.status if isinstance(subscription.status, str) else "unknown"
    return words.sentence("statuses", status if status in KNOWN_STATUSES else "unknown")


def price_name(words: Words, price: Price | None) -> str:
    """A price as people know it: the product's name or the nickname if there is one, and what it costs."""
    if price is None:
        return words.sentence("plans", "fallback", {"price": ""})
    cost = price_cost(words, price)
    name = price.product_name or price.nickname or price.lookup_key
    return f"{name}, {cost}" if name else words.sentence("plans", "fallback", {"price": cost})


def price_cost(words: Words, price: Price) -> str:
    """What a price costs, e.g. `$20.00 per month`."""
    cost: str
    if price.usage_type == "metered" or price.meter:
        cost = words.sentence("plans", "usage")
    elif price.unit_amount == 0:
        return words.sentence("plans", "free")
    else:
        cost = money(price.unit_amount, price.currency)
    if not price.interval:
        return cost
    facts = {"interval": price.interval, "count": price.interval_count or 1}
    interval = words.sentence("plans", "interval", facts)
    return f"{cost} {interval}".strip()


def _next_date(subscription: Subscription) -> tuple[int | None, str]:
    if subscription.ended_at or subscription.status == "canceled":
        return subscription.ended_at, "ended"
    if subscription.cancel_at:
        return subscription.cancel_at, "cancels"
    if subscription.cancel_at_period_end is True:
        return subscription.current_period_end, "cancels"
    if subscription.status == "trialing":
        return subscription.trial_end, "trial_ends"
    if subscription.status in {"active", "past_due"}:
        return subscription.current_period_end, "renews"
    return None, "renews"
