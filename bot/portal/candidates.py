"""Several answers where one was asked for: shown as a choice, never guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from bot.errors import NotFound, Refused
from bot.portal.models import Customer, Subscription

# Whether Stripe's login page takes trialing or past-due subscriptions for active is not documented.
ACTIVE: Final = "active"
ENDED_STATUSES: Final = frozenset({"canceled", "incomplete_expired"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several customers. `active_subscriptions` is None when the answer did not hold them.

    `login_page_opens`: this is the one that Stripe's login page would open for the address, which is the
    newest customer with that address and an active subscription. `subscription` is a current one, `last4` of
    the customer's own way to pay, `last_payment` when the newest paid invoice was made (Unix seconds).
    """

    customer: str
    email: str | None
    name: str | None
    created: int | None
    active_subscriptions: int | None
    login_page_opens: bool = False
    subscription: Subscription | None = None
    last4: str | None = None
    last_payment: int | None = None

    @classmethod
    def of(cls, customer: Customer, *, login_page_opens: bool) -> Self:
        """Describe a customer for the choice."""
        return cls(
            customer.id,
            customer.email,
            customer.name,
            customer.created,
            active_subscriptions(customer),
            login_page_opens,
            next(filter(is_current, customer.subscriptions or ()), None),
            customer.card.last4 if customer.card else None,
            _last_payment(customer),
        )


class Ambiguous(Refused):
    """Several customers match; the person picks one of `candidates` (newest first)."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        super().__init__("ambiguous", count=len(candidates))
        self.candidates = tuple(candidates)


class NobodyButNear(NotFound):
    """Nobody is what was typed, but `candidates` are nearly; the person may pick one of them."""

    def __init__(self, nobody: NotFound, customers: Iterable[Customer]) -> None:
        super().__init__(nobody.code, stripe_said=nobody.stripe_said, **nobody.facts)
        self.candidates = tuple(Candidate.of(each, login_page_opens=False) for each in customers)


class SeveralSubscriptions(Refused):
    """The customer has several subscriptions a flow could be about; the person picks one of `candidates`."""

    def __init__(self, candidates: Sequence[Subscription], *, customer: str, more: bool = False) -> None:
        super().__init__("several_subscriptions", count=len(candidates), customer=customer, more=more)
        self.candidates = tuple(candidates)


def ambiguous(customers: Iterable[Customer]) -> Ambiguous:
    """Build the choice among these customers."""
    newest_first = sorted(customers, key=lambda customer: customer.created or 0, reverse=True)
    opened = {customer.email: opened_by_login_page(newest_first, customer.email) for customer in newest_first}
    candidates = [
        Candidate.of(customer, login_page_opens=opened[customer.email] == customer.id)
        for customer in newest_first
    ]
    return Ambiguous(candidates)


def opened_by_login_page(customers: Iterable[Customer], email: str | None) -> str | None:
    """Return the id of the customer the login page opens for this address, or None when it opens none.

    Source: docs.stripe.com/customer-management/activate-no-code-customer-portal.
    """
    if not email:
        return None
    reachable = [each for each in customers if each.email == email and active_subscriptions(each)]
    return max(reachable, key=lambda customer: customer.created or 0).id if reachable else None


def active_subscriptions(customer: Customer) -> int | None:
    """Count the active ones among the current subscriptions; None when they are not known."""
    if customer.subscriptions is None:
        return None
    return sum(subscription.status == ACTIVE for subscription in customer.subscriptions)


def _last_payment(customer: Customer) -> int | None:
    held = [each.latest_invoice.object for each in customer.subscriptions or () if each.latest_invoice]
    return max(
        (each.created for each in held if each and each.status == "paid" and each.created), default=None
    )


def is_current(subscription: Subscription) -> bool:
    """Whether the subscription has not ended."""
    return subscription.status not in ENDED_STATUSES
