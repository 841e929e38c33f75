"""What can be asked of the rules, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.portal.models import Configuration, Coupon, Customer, Price, PromotionCode, Subscription
from bot.portal.rules.finding import ActionVerdict, Scope, Verdict


@dataclass(frozen=True, slots=True)
class Target:
    """The change that is asked about: another price, another quantity, or both."""

    price: Price | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class SharedEmail:
    """Several customers have one address: how many, and the one that the login link opens if known."""

    count: int
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """What a link takes off: a coupon, or a promotion code and its coupon; `name` is what was asked for.

    `coupon` is None when it could not be read, `code` when the discount is a coupon without one.
    """

    name: str
    coupon: Coupon | None = None
    code: PromotionCode | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the rules may look at. Pure data: whoever asks has fetched it.

    `now` is in Unix seconds. `configuration` None means not known yet: rules about it are skipped, unless
    `default_configuration_missing` says that Stripe has none. `prices` are the listed prices that are
    known, by id; without them alternatives cannot be named. `key_livemode` is the mode of the API key.
    `on_behalf_of` and `stripe_account` are those of the session that is to be made. `discounts` come with the
    change that is asked about, `retention` is the coupon that a cancel link offers.
    """

    customer: Customer
    now: int
    subscription: Subscription | None = None
    configuration: Configuration | None = None
    default_configuration_missing: bool = False
    target: Target = Target()
    prices: Mapping[str, Price] = field(default_factory=dict)
    key_livemode: bool | None = None
    on_behalf_of: str | None = None
    stripe_account: str | None = None
    shared_email: SharedEmail | None = None
    discounts: tuple[Discount, ...] = ()
    retention: Discount | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A listed price that a switch could go to; `verdict` is never `blocked`."""

    price: Price
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one subscription, or for the customer alone.

    `verdicts` has every scope; those of a subscription only when there is one.
    """

    livemode: bool | None
    verdicts: Mapping[Scope, ActionVerdict]

    def __getitem__(self, scope: Scope) -> ActionVerdict:
        """The verdict about one scope, allowed when nothing was found or asked."""
        return self.verdicts.get(scope, ActionVerdict())
