"""Payment methods of the portal, as its overview page lists them, and which one a subscription uses."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.portal.models import Customer, PaymentMethod, Reference, Subscription


@dataclass(frozen=True, slots=True)
class SupportedMethod:
    """A row of Stripe's table: name, code in the documentation, value in the API, where it is offered."""

    name: str
    documented_as: str
    api_value: str
    currencies: str
    business_location: str
    limitation: str = ""


SUPPORTED: Final = (
    SupportedMethod("ACH Direct Debit", "us_bank_account", "us_bank_account", "USD", "US"),
    SupportedMethod("Amazon Pay", "amazon_pay", "amazon_pay", "USD", "US"),
    SupportedMethod("AU BECS Debit", "au_becs_debit", "au_becs_debit", "AUD", "AU"),
    SupportedMethod("Boleto", "boleto", "boleto", "BRL", "BR", "needs a Brazilian Stripe account"),
    SupportedMethod("Cards", "card", "card", "most currencies", "most locations"),
    SupportedMethod("Cash App Pay", "cashapp", "cashapp", "USD", "US"),
    SupportedMethod("Custom", "custom", "custom", "most currencies", "most locations"),
    SupportedMethod("Link", "link", "link", "most currencies", "most locations"),
    SupportedMethod("NZ BECS Debit", "nz_bank_account", "nz_bank_account", "NZD", "NZ"),
    SupportedMethod("PayPal", "paypal", "paypal", "most currencies", "Europe", "requires approval"),
    SupportedMethod("Pre-authorized debits", "acss_debit", "acss_debit", "CAD, USD", "CA, US"),
    SupportedMethod(
        "SEPA direct debit",
        "sepa_debit",
        "sepa_debit",
        "EUR",
        "AU, CA, Europe, HK, JP, MX, NZ, SG, US",
    ),
    # The one method whose name differs: the API has never known `uk_bacs_debit`.
    SupportedMethod(
        "UK BACS Debit",
        "uk_bacs_debit",
        "bacs_debit",
        "GBP",
        "UK",
        "needs a UK Stripe account and a UK bank account",
    ),
)

_SUPPORTED_TYPES: Final = frozenset(
    name for method in SUPPORTED for name in (method.api_value, method.documented_as)
)

_LEGACY_ACH: Final = frozenset({"bank_account", "ach_debit"})


class Held(StrEnum):
    """Where the effective payment method is set."""

    SUBSCRIPTION = "subscription.default_payment_method"
    SUBSCRIPTION_SOURCE = "subscription.default_source"
    CUSTOMER = "customer.invoice_settings.default_payment_method"
    CUSTOMER_SOURCE = "customer.default_source"


@dataclass(frozen=True, slots=True)
class Effective:
    """The payment method that Stripe charges; `type` is None when the answer does not show it."""

    id: str
    type: str | None
    held: Held


def is_supported(kind: str) -> bool:
    """Whether the portal supports a payment method of this API type."""
    return kind in _SUPPORTED_TYPES


def is_perhaps_supported(kind: str) -> bool:
    """Whether it is a legacy ACH bank account, which Stripe's table neither names nor leaves out."""
    return kind in _LEGACY_ACH


def effective(customer: Customer, subscription: Subscription | None) -> Effective | None:
    """Resolve the payment method in Stripe's order; None when nothing is set.

    Source: the SDK's docstring of `Subscription.default_payment_method`.
    """
    if subscription is not None:
        if subscription.default_payment_method:
            return _described(subscription.default_payment_method, Held.SUBSCRIPTION)
        if subscription.default_source:
            return _described(subscription.default_source, Held.SUBSCRIPTION_SOURCE)
    if customer.default_payment_method:
        return _described(customer.default_payment_method, Held.CUSTOMER)
    if customer.default_source:
        return _described(customer.default_source, Held.CUSTOMER_SOURCE)
    return None


def _described(found: Reference[PaymentMethod], held: Held) -> Effective:
    kind = found.object.type if found.object else None
    return Effective(found.id, kind or _type_by_id(found.id), held)


def _type_by_id(identifier: str) -> str | None:
    """Legacy ids say what they are; `pm_` and `src_` do not."""
    if identifier.startswith("card_"):
        return "card"
    return "bank_account" if identifier.startswith("ba_") else None
