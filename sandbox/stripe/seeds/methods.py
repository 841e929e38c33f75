"""What a payment method of each type carries."""

from typing import Any

import stripe

from sandbox.stripe.annotations import StripeObject, hints, inner_class
from sandbox.stripe.skeleton import embedded

KNOWN: dict[str, dict[str, Any]] = {
    "card": {
        "brand": "visa",
        "country": "US",
        "display_brand": "visa",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "Xt5EWLLDS7FJjR1c",
        "funding": "credit",
        "last4": "4242",
    },
    "sepa_debit": {
        "bank_code": "37040044",
        "country": "DE",
        "last4": "3000",
        "fingerprint": "Ih3foEnGbz5N4rCU",
    },
    "us_bank_account": {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "last4": "6789",
        "routing_number": "110000000",
    },
    "bacs_debit": {"last4": "2345", "sort_code": "108800", "fingerprint": "UkSG0HfCGxxrja1H"},
    "link": {"email": "link@example.com"},
    "paypal": {"payer_email": "payer@example.com", "payer_id": "XFTDKLMN"},
    "cashapp": {"buyer_id": "GR_abc123", "cashtag": "$jenny"},
    "ideal": {"bank": "ing", "bic": "INGBNL2A"},
    "au_becs_debit": {"bsb_number": "000000", "last4": "3456", "fingerprint": "bQ8jPkJ1Cw7Wm1cV"},
}


def method_details(kind: str, **details: Any) -> StripeObject:
    """Return the sub-object of a payment method that is named after its type."""
    owner = inner_class(hints(stripe.PaymentMethod)[kind])
    return embedded(owner, **{**KNOWN.get(kind, {}), **details})
