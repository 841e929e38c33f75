"""What a use case hands back, ready to be put into words or JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import Fact, Refused
from bot.portal.links import Flow, PortalLink
from bot.portal.lookup import Found
from bot.portal.models import Configuration, Subscription
from bot.portal.rules import Explanation, Finding
from bot.store.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class SubscriptionCard:
    """One subscription on the card; `explanation` says what the portal lets the customer do with it."""

    subscription: Subscription
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The answer to `/portal <who>`.

    `subscriptions` are the current ones, at most five, `hidden` how many more are known, `more` whether there
    are even more. `ended` holds the canceled and expired ones, known only when there is no current one.
    `around` has the findings that belong to no subscription.
    """

    found: Found
    configuration: Configuration | None
    subscriptions: tuple[SubscriptionCard, ...]
    ended: tuple[Subscription, ...]
    hidden: int
    more: bool
    around: Explanation


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A portal link, and what goes with it."""

    found: Found
    subscription: Subscription | None
    flow: Flow
    link: PortalLink
    configuration: Configuration | None
    offer: str | None = None
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to `why`, a subscription at a time."""

    found: Found
    explanations: tuple[Explanation, ...]
    target: str


@dataclass(frozen=True, slots=True)
class History:
    """Entries of the audit trail, newest first."""

    entries: tuple[AuditEntry, ...]
    customer: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the self-check. `result` is `ok`, `warn` or `broken`; name and outcome key its words."""

    name: str
    result: str
    outcome: str
    facts: dict[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkup:
    """The answer to `doctor`."""

    checks: tuple[Check, ...]

    @property
    def broken(self) -> bool:
        """Whether anything is broken; warnings are not."""
        return any(check.result == "broken" for check in self.checks)


class Explained(Refused):
    """A refused link with everything the rules have to say about it.

    Raised instead of asking Stripe when the rules are sure, and after Stripe has refused.
    """

    def __init__(
        self, code: str, findings: Sequence[Finding], *, stripe_said: str | None = None, **facts: Fact
    ) -> None:
        """Keep the findings for the answer."""
        super().__init__(code, stripe_said=stripe_said, **facts)
        self.findings = tuple(findings)
