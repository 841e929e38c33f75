"""The results of use cases, from which replies and JSON are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.check import Check
from bot.errors import Fact, Refused
from bot.mail.mail import Mail, RenderedMail, Session
from bot.mail.sanitize import several_lines
from bot.outcomes.links import KnownLink
from bot.portal.found import Found
from bot.portal.link_request import Flow
from bot.portal.links import PortalLink
from bot.portal.models import Configuration, Customer, Invoice, Price, Subscription
from bot.portal.products.offer import PriceOffer
from bot.portal.products.product_sheet import ProductSheet
from bot.portal.rules import (
    ACTIONS,
    ActionVerdict,
    Alternative,
    Explanation,
    Finding,
    Scope,
    Target,
    Verdict,
)
from bot.portal.setup import StepReport, StepResult
from bot.store.audit import AuditEntry
from bot.use_cases.disagreement import Disagreement


@dataclass(frozen=True, slots=True)
class SubscriptionCard:
    """A subscription on the card; `explanation` says what the portal lets the customer do with it."""

    subscription: Subscription
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The answer to `/portal <who>`.

    `subscriptions` are the current ones, at most five, `hidden` how many more are known, `more` whether there
    are even more. `ended` holds the canceled and expired ones, known only when there is no current one.
    `around` has the findings that belong to no subscription. `mails` and `links` are the last ones, newest
    first. `invoices` are the known ones, `open_invoices` those of them that can be paid, oldest first, and
    before the others, newest first. `now` is when the card was made, in Unix seconds.
    """

    found: Found
    configuration: Configuration | None
    subscriptions: tuple[SubscriptionCard, ...]
    ended: tuple[Subscription, ...]
    hidden: int
    more: bool
    around: Explanation
    mails: tuple[Mail, ...] = ()
    links: tuple[KnownLink, ...] = ()
    open_invoices: tuple[Invoice, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    now: int | None = None


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A portal link that was made, and what its message says about it.

    `target` is what a link for one change asks the customer to confirm, and `discount` what it takes off.
    `effects` are what the rules know of when and how much, from the configuration that came with the link.
    """

    found: Found
    subscription: Subscription | None
    flow: Flow
    link: PortalLink
    configuration: Configuration | None
    offer: str | None = None
    warnings: tuple[Finding, ...] = ()
    disagreement: Disagreement | None = None
    target: Target = field(default_factory=Target)
    discount: str | None = None
    effects: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriptionAnswer:
    """What the rules say about one subscription, and the listed prices it could switch to instead.

    `subscription` is None for a customer who never had one. `price` is its present one, with the product's
    name, when it is among the listed prices and those were read.
    """

    subscription: Subscription | None
    explanation: Explanation
    alternatives: tuple[Alternative, ...] = ()
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What `why` was asked about.

    `actions` are the actions in question, all five when the command names none. With `login` the question is
    whether the login link works. `price` and `quantity` are the target as it was typed.
    """

    actions: tuple[Scope, ...]
    price: str | None = None
    quantity: int | None = None
    configuration: str | None = None
    on_behalf_of: str | None = None
    login: bool = False

    @property
    def everything(self) -> bool:
        """Return whether the command named no particular action."""
        return self.actions == ACTIONS and not self.login


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to `why`.

    `answers` are the first few of `total`, `counts` how often each verdict was reached over all of them.
    `around` has what belongs to no subscription, the same finding once. With `may_change` whoever asked may
    change portal settings themselves.
    """

    found: Found
    asked: Asked
    configuration: Configuration | None
    target: Target
    answers: tuple[SubscriptionAnswer, ...]
    total: int
    counts: Mapping[Scope, Mapping[Verdict, int]]
    around: Mapping[Scope, ActionVerdict]
    livemode: bool | None
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """The answer to `invoices`: newest first, but the one that was `asked` for leads.

    With `more`, Stripe has older ones.
    """

    found: Found
    invoices: tuple[Invoice, ...]
    asked: Invoice | None
    more: bool


@dataclass(frozen=True, slots=True)
class Passcode:
    """The answer to `passcode`: the steps in order, and the customer that the login page opens.

    `customers` are those with the address, newest first.
    """

    email: str
    checks: tuple[Check, ...]
    opens: str | None
    customers: tuple[Customer, ...]
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class ConfigurationView:
    """A portal configuration, and what is wrong with it."""

    configuration: Configuration
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ConfigurationSurvey:
    """The answer to `config`: some of `total` configurations, and whether any is the default one."""

    views: tuple[ConfigurationView, ...]
    total: int
    has_default: bool
    livemode: bool


@dataclass(frozen=True, slots=True)
class SetupSurvey:
    """The answer to `setup`: every step in order, of the default configuration or the one that was asked for.

    With `may_change`, whoever asked may change settings.
    """

    configuration: Configuration | None
    steps: tuple[StepReport, ...]
    livemode: bool
    may_change: bool = False

    @property
    def missing(self) -> int:
        """Return how many steps keep the portal from being ready."""
        return sum(each.result is StepResult.MISSING for each in self.steps)


@dataclass(frozen=True, slots=True)
class ProductView:
    """The answer to `product`. `statement` is what a bank statement says of the account itself, if known."""

    sheet: ProductSheet
    offers: tuple[PriceOffer, ...]
    findings: tuple[Finding, ...]
    livemode: bool
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class ConfigurationCopied:
    """The answer to `config … copy:`: the configuration that was copied, and the new one."""

    source: Configuration
    made: Configuration


@dataclass(frozen=True, slots=True)
class History:
    """The answer to `history`: entries of the audit trail, newest first; of one customer, or of all.

    `names` says what customers are called, by id, where that could be read.
    """

    entries: tuple[AuditEntry, ...]
    customer: str | None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailPreview:
    """A mail as it would be sent now.

    `template` is `login_link` or `recovery_link`. With `may_redirect` this person may send it to another
    address. `sure` is False when the login page may open another customer with the same address. `session` is
    set for a personal link, which is made when the mail is sent.
    """

    found: Found
    rendered: RenderedMail
    locale: str
    note: str
    template: str
    recipient: str
    may_redirect: bool
    sure: bool
    session: Session | None = None

    @property
    def note_length(self) -> int:
        """Return the number of characters of the note as the mail shows it."""
        return len(several_lines(self.note))


@dataclass(frozen=True, slots=True)
class MailQueued:
    """A mail that is in the database, to be sent by `MailService.start_sending` or by the worker's sweep."""

    mail: Mail


class LinkRefused(Refused):
    """A refused link, with the rules' findings about it.

    It is raised without asking Stripe when the rules are sure, and after Stripe has refused.
    """

    def __init__(
        self,
        code: str,
        findings: Sequence[Finding],
        *,
        stripe_said: str | None = None,
        disagreement: Disagreement | None = None,
        **facts: Fact,
    ) -> None:
        """Take the findings to show; `disagreement` is set when the rules had not expected the refusal."""
        super().__init__(code, stripe_said=stripe_said, **facts)
        self.findings = tuple(findings)
        self.disagreement = disagreement
