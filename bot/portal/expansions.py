"""What to ask Stripe to put into an answer, so that one call gives everything the agent sees.

Stripe expands at most four levels (https://docs.stripe.com/expand); deeper paths are left out, since one
of them would make the whole call fail.
"""

from typing import Final

DEEPEST: Final = 4

# The customer card: who it is, what proves it, current subscriptions with what the rules look at.
_CUSTOMER: Final = (
    "invoice_settings.default_payment_method",
    "default_source",
    "subscriptions",
    "subscriptions.data.default_payment_method",
    "subscriptions.data.schedule",
    "subscriptions.data.latest_invoice",
)
_SUBSCRIPTION: Final = ("default_payment_method", "default_source", "schedule", "latest_invoice")
_ITEMS: Final = ("items.data.price.currency_options", "items.data.price.product")


def customer_card(inside: str = "") -> list[str]:
    """Paths for a customer that stands at `inside` of the answer (`customer`, `data`, `data.customer` …)."""
    return _at(inside, _CUSTOMER)


def subscription_diagnosis(inside: str = "") -> list[str]:
    """Paths for a subscription, its items' prices included where that is not too deep."""
    return _at(inside, (*_SUBSCRIPTION, *_ITEMS))


def _at(inside: str, paths: tuple[str, ...]) -> list[str]:
    root = [inside] if inside and inside != "data" else []
    below = [f"{inside}.{path}" if inside else path for path in paths]
    return [*root, *(path for path in below if path.count(".") < DEEPEST)]
