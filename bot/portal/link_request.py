"""What a link is to be: the arguments of `POST /v1/billing_portal/sessions` in the field's terms."""

from dataclasses import dataclass
from enum import StrEnum

from bot.portal.locales import AUTO


class Flow(StrEnum):
    """What the customer lands on; Stripe's names."""

    HOME = "home"
    PAYMENT = "payment_method_update"
    DETAILS = "customer_update"
    CANCEL = "subscription_cancel"
    PAUSE = "subscription_pause"
    UPDATE = "subscription_update"
    SWITCH = "subscription_update_confirm"

    @property
    def needs_subscription(self) -> bool:
        """Whether the flow is about one subscription."""
        return self in {Flow.CANCEL, Flow.PAUSE, Flow.UPDATE, Flow.SWITCH}


class Then(StrEnum):
    """What follows a finished flow: the portal's homepage, a thank-you page, or the merchant's own page."""

    HOME = "home"
    THANKS = "thanks"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """One link. Either `customer` or `customer_account` is set.

    `price`, `quantity`, `coupon` and `promotion_code` are for `Flow.SWITCH`, `item` its `si_…`;
    `retention_coupon` is for `Flow.CANCEL`. `then_url` and `return_url` come from the settings, never from a
    person. `recover_until` (Unix seconds) lets the customer revive the dead link until then; take it from the
    time of the command, so that a repeated request is the same request. `stripe_account` is the connected
    account the objects live on.
    """

    flow: Flow
    customer: str | None = None
    customer_account: str | None = None
    subscription: str | None = None
    item: str | None = None
    price: str | None = None
    quantity: int | None = None
    coupon: str | None = None
    promotion_code: str | None = None
    retention_coupon: str | None = None
    configuration: str | None = None
    locale: str = AUTO
    return_url: str | None = None
    on_behalf_of: str | None = None
    recover_until: int | None = None
    then: Then | None = None
    then_url: str | None = None
    thanks_message: str | None = None
    idempotency_key: str | None = None
    stripe_account: str | None = None
