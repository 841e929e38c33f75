"""From any object an agent pastes to the customer behind it: where to read, and where in it to look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from bot.portal.expansions import customer_card, subscription_diagnosis
from bot.portal.models import Customer, Invoice, Subscription
from bot.portal.models.reading import identifier, inner, mapping, text
from bot.portal.object_ids import Kind


@dataclass(frozen=True, slots=True)
class Source:
    """Where an object of a kind is read, and what of it is expanded."""

    resource: str
    path: str
    expand: tuple[str, ...] = ()


_CARD: Final = tuple(customer_card("customer"))

SOURCES: Final = {
    Kind.INVOICE: Source("invoice", "invoices", (*_CARD, "parent.subscription_details.subscription")),
    Kind.PAYMENT_INTENT: Source("payment_intent", "payment_intents", (*_CARD, "latest_charge")),
    Kind.CHARGE: Source("charge", "charges", _CARD),
    Kind.ITEM: Source("subscription_item", "subscription_items"),
    Kind.CHECKOUT_SESSION: Source(
        "checkout_session", "checkout/sessions", (*_CARD, *subscription_diagnosis("subscription"))
    ),
    Kind.SCHEDULE: Source(
        "subscription_schedule", "subscription_schedules", (*_CARD, *subscription_diagnosis("subscription"))
    ),
    Kind.PAYMENT_METHOD: Source("payment_method", "payment_methods", _CARD),
    Kind.SETUP_INTENT: Source("setup_intent", "setup_intents", _CARD),
    Kind.CREDIT_NOTE: Source("credit_note", "credit_notes", _CARD),
    Kind.QUOTE: Source("quote", "quotes", (*_CARD, *subscription_diagnosis("subscription"))),
    Kind.INVOICE_ITEM: Source("invoice_item", "invoiceitems", _CARD),
    Kind.REFUND: Source("refund", "refunds", (*_CARD, *customer_card("charge.customer"))),
    Kind.DISPUTE: Source("dispute", "disputes", tuple(customer_card("charge.customer"))),
    Kind.EVENT: Source("event", "events"),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """What an object says about its customer.

    `customer` is partial (only its id is sure) when `complete` is False. `subscription_id` may be set without
    `subscription`. `email` is what a guest typed at the payment.
    """

    customer: Customer | None = None
    complete: bool = False
    customer_account: str | None = None
    subscription: Subscription | None = None
    subscription_id: str | None = None
    email: str | None = None
    invoice: Invoice | None = None

    @classmethod
    def of(cls, kind: Kind, value: object) -> Self:
        """Read an object of this kind; never raises."""
        source = mapping(value)
        if kind is Kind.EVENT:
            source = inner(inner(source, "data"), "object")
        charge = inner(source, "charge")
        holder = source.get("customer") or charge.get("customer") or _itself(source)
        subscription = _subscription(source)
        return cls(
            customer=_customer(holder),
            complete=isinstance(holder, Mapping) and kind is not Kind.EVENT,
            customer_account=text(source, "customer_account") or text(charge, "customer_account"),
            # An event's objects are pictures of the past.
            subscription=None if kind is Kind.EVENT else _whole_subscription(subscription),
            subscription_id=identifier(subscription),
            email=_guest_email(source)
            or _guest_email(charge)
            or _guest_email(inner(source, "latest_charge")),
            invoice=Invoice.of(source) if kind is Kind.INVOICE else None,
        )


def _itself(source: Mapping[str, object]) -> object:
    """An event about a customer carries the customer."""
    return source if source.get("object") == "customer" else None


def _customer(holder: object) -> Customer | None:
    if isinstance(holder, Mapping):
        return Customer.of(holder)
    return Customer(holder) if isinstance(holder, str) and holder else None


def _subscription(source: Mapping[str, object]) -> object:
    """Top level on most objects, under `parent` on invoices; a released schedule names the one it left."""
    parent = inner(inner(source, "parent"), "subscription_details")
    own = source if source.get("object") == "subscription" else None
    return (
        source.get("subscription") or parent.get("subscription") or source.get("released_subscription") or own
    )


def _whole_subscription(value: object) -> Subscription | None:
    return Subscription.of(value) if isinstance(value, Mapping) else None


def _guest_email(source: Mapping[str, object]) -> str | None:
    return (
        text(inner(source, "customer_details"), "email")
        or text(source, "customer_email")
        or text(inner(source, "billing_details"), "email")
        or text(source, "receipt_email")
    )
