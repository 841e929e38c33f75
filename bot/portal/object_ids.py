"""Stripe's ids: which prefix names which kind of object. Prefixes from Stripe's own sample objects."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What was pasted; everything here leads to a customer."""

    CUSTOMER = "customer"
    SUBSCRIPTION = "subscription"
    SCHEDULE = "subscription_schedule"
    ITEM = "subscription_item"
    INVOICE = "invoice"
    PAYMENT_INTENT = "payment_intent"
    CHARGE = "charge"
    CHECKOUT_SESSION = "checkout_session"
    PAYMENT_METHOD = "payment_method"
    SETUP_INTENT = "setup_intent"
    CREDIT_NOTE = "credit_note"
    QUOTE = "quote"
    INVOICE_ITEM = "invoice_item"
    REFUND = "refund"
    DISPUTE = "dispute"
    EVENT = "event"
    ACCOUNT = "account"
    EMAIL = "email"
    INVOICE_NUMBER = "invoice_number"
    RECEIPT_NUMBER = "receipt_number"
    PHONE = "phone"
    NAME = "name"


KINDS_BY_PREFIX: Final = {
    "cus": Kind.CUSTOMER,
    "sub": Kind.SUBSCRIPTION,
    "sub_sched": Kind.SCHEDULE,
    "si": Kind.ITEM,
    "in": Kind.INVOICE,
    "pi": Kind.PAYMENT_INTENT,
    "ch": Kind.CHARGE,
    "py": Kind.CHARGE,
    "cs_test": Kind.CHECKOUT_SESSION,
    "cs_live": Kind.CHECKOUT_SESSION,
    "pm": Kind.PAYMENT_METHOD,
    "seti": Kind.SETUP_INTENT,
    "cn": Kind.CREDIT_NOTE,
    "qt": Kind.QUOTE,
    "ii": Kind.INVOICE_ITEM,
    "re": Kind.REFUND,
    "pyr": Kind.REFUND,
    "dp": Kind.DISPUTE,
    "du": Kind.DISPUTE,
    "evt": Kind.EVENT,
    "acct": Kind.ACCOUNT,
}

# Ids of Stripe that lead to no customer; said by name instead of searching for a person of that name.
OTHER_OBJECTS: Final = {
    "bpc": "portal configuration",
    "price": "price",
    "plan": "plan",
    "prod": "product",
    "promo": "promotion code",
    "txn": "balance transaction",
    "po": "payout",
    "card": "card",
    "src": "payment source",
    "ba": "bank account",
    "il": "invoice line",
    "we": "webhook endpoint",
    "req": "request id",
    "fo": "feedback option",
    "tok": "token",
    "txr": "tax rate",
    "txi": "tax ID",
    "di": "discount",
    "plink": "payment link",
    "prv": "review",
    "issfr": "early fraud warning",
}

# Longest first, so that `sub_sched_` is not read as `sub_` and `pyr_` not as `py_`.
_PREFIXES: Final = "|".join(sorted(KINDS_BY_PREFIX, key=len, reverse=True))
_OTHER_PREFIXES: Final = "|".join(sorted(OTHER_OBJECTS, key=len, reverse=True))
_ID: Final = re.compile(rf"({_PREFIXES})_([A-Za-z0-9][A-Za-z0-9_]{{0,254}})")
_OTHER_ID: Final = re.compile(rf"({_OTHER_PREFIXES})_[A-Za-z0-9]{{8,255}}")
_PORTAL_SESSION_ID: Final = re.compile(r"bps_[A-Za-z0-9]+")
_KEY: Final = re.compile(r"(?:sk|rk|pk|ek)_(?:live|test)_|whsec_|xox[abeprs]-|xapp-")
_AFTER_AN_ID: Final = "_secret_"


@dataclass(frozen=True, slots=True)
class ObjectId:
    """An id and what its prefix says; `livemode` is None where the id does not tell."""

    kind: Kind
    value: str
    livemode: bool | None = None


def object_id(text: str) -> ObjectId | None:
    """Read the text as one id that leads to a customer, or None; the secret of an intent is cut off."""
    # `_` at either end is Slack's italics, never part of an id.
    match = _ID.fullmatch(text.partition(_AFTER_AN_ID)[0].strip("_"))
    if match is None:
        return None
    livemode = {"cs_test": False, "cs_live": True}.get(match[1])
    return ObjectId(KINDS_BY_PREFIX[match[1]], match[0], livemode)


def other_object(text: str) -> str | None:
    """Name the kind of a Stripe id that leads to no customer, or None."""
    match = _OTHER_ID.fullmatch(text)
    return OTHER_OBJECTS[match[1]] if match else None


def is_portal_session_id(text: str) -> bool:
    """Whether this is the id of a portal session, which Stripe never hands out again."""
    return _PORTAL_SESSION_ID.fullmatch(text) is not None


def holds_key(text: str) -> bool:
    """Whether an API key, signing secret or Slack token stands in the text."""
    return _KEY.search(text) is not None
