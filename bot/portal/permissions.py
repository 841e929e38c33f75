"""The permissions of a restricted key, by the names Stripe uses in its refusals and in the Dashboard.

The `rak_…` names come from Stripe's own 403 texts and from public code; they cannot be derived from the
resource (prices are `rak_plan_read`, checkout sessions `rak_bucket_checkout_read`).
"""

import re
from typing import Final

# rak name without its level → the row in the Dashboard's key editor
DASHBOARD_NAMES: Final = {
    "rak_accounts_kyc_basic": "Account (basic information)",
    "rak_bucket_checkout": "Checkout Sessions",
    "rak_charge": "Charges and Refunds",
    "rak_coupon": "Coupons",
    "rak_credit_note": "Credit notes",
    "rak_customer": "Customers",
    "rak_customer_portal": "Customer portal",
    "rak_dispute": "Disputes",
    "rak_event": "Events",
    "rak_invoice": "Invoices",
    "rak_payment_intent": "PaymentIntents",
    "rak_payment_method": "Payment Methods",
    "rak_plan": "Prices",
    "rak_product": "Products",
    "rak_promotion_code": "Promotion Codes",
    "rak_quote": "Quotes",
    "rak_setup_intent": "SetupIntents",
    "rak_source": "Sources",
    "rak_subscription": "Subscriptions",
    "rak_webhook": "Webhook Endpoints",
}

_RAK: Final = re.compile(r"rak_([a-z0-9_]+?)_(read|write)\b")


def missing_permissions(text: str) -> tuple[str, ...]:
    """The `rak_…` names in a refusal of Stripe's, in its order."""
    return tuple(dict.fromkeys(match[0] for match in _RAK.finditer(text)))


def dashboard_name(rak: str) -> str:
    """`rak_customer_portal_write` → `Customer portal: Write`; unknown names are spelled out."""
    match = _RAK.fullmatch(rak)
    if match is None:
        return rak
    name = DASHBOARD_NAMES.get(f"rak_{match[1]}", match[1].replace("_", " ").capitalize())
    return f"{name}: {match[2].capitalize()}"
