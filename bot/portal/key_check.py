"""Whether the key may do what the bot needs, found out without changing anything.

A read asks for one object; the write (a portal session) names a customer that cannot exist, so that a key
with the permission gets "no such customer" and one without is refused before that.
"""

import asyncio
from typing import Final
from urllib.parse import urlencode

from bot.errors import NotFound, PortalBlocks, Unavailable
from bot.portal.permissions import dashboard_name
from bot.portal.stripe_access import StripeGateway

NOBODY: Final = "cus_portalbotkeycheck"

# rak name → a path that needs it. What links and lookups use, and nothing else.
READS: Final = {
    "rak_customer_read": "/v1/customers",
    "rak_subscription_read": "/v1/subscriptions",
    "rak_invoice_read": "/v1/invoices",
    "rak_charge_read": "/v1/charges",
    "rak_payment_intent_read": "/v1/payment_intents",
    "rak_payment_method_read": f"/v1/customers/{NOBODY}/payment_methods",
    "rak_plan_read": "/v1/prices",
    "rak_product_read": "/v1/products",
    "rak_bucket_checkout_read": "/v1/checkout/sessions",
    "rak_coupon_read": "/v1/coupons",
    "rak_promotion_code_read": "/v1/promotion_codes",
    "rak_event_read": "/v1/events",
}
# What `setup` reads beside that. Each is optional: without it, its steps are unknown.
OPTIONAL_READS: Final = {
    "rak_accounts_kyc_basic_read": "/v1/account",
    "rak_webhook_read": "/v1/webhook_endpoints",
}
WRITE: Final = "rak_customer_portal_write"
PERMISSIONS: Final = (WRITE, *READS)


def key_creation_address(*, livemode: bool) -> str:
    """The Dashboard page that creates a restricted key with these permissions, the optional ones too."""
    ticked = (*PERMISSIONS, *OPTIONAL_READS)
    query = urlencode([("name", "portalbot"), *(("permissions[]", rak) for rak in ticked)])
    return f"https://dashboard.stripe.com/{'' if livemode else 'test/'}apikeys/create?{query}"


class KeyCheck:
    """Tries every permission once."""

    def __init__(self, gateway: StripeGateway) -> None:
        self._gateway = gateway

    async def missing_permissions(self) -> tuple[str, ...]:
        """Names of the permissions the key lacks, as the Dashboard writes them.

        Raises Unavailable when Stripe does not answer or does not know the key at all.
        """
        answers = await asyncio.gather(self._may_write(), *(self._may_read(path) for path in READS.values()))
        return tuple(
            dashboard_name(rak) for rak, allowed in zip(PERMISSIONS, answers, strict=True) if not allowed
        )

    async def missing_optional(self) -> tuple[str, ...]:
        """Name the optional permissions that the key lacks. Raises Unavailable."""
        answers = await asyncio.gather(*(self._may_read(path) for path in OPTIONAL_READS.values()))
        return tuple(
            dashboard_name(rak) for rak, allowed in zip(OPTIONAL_READS, answers, strict=True) if not allowed
        )

    async def _may_read(self, path: str) -> bool:
        try:
            await self._gateway.probe(path)
        except (NotFound, PortalBlocks):
            return True
        except Unavailable as refused:
            return _permitted_or_raise(refused)
        return True

    async def _may_write(self) -> bool:
        try:
            await self._gateway.portal.create_session({"customer": NOBODY})
        except (NotFound, PortalBlocks):
            return True
        except Unavailable as refused:
            return _permitted_or_raise(refused)
        return True


def _permitted_or_raise(refused: Unavailable) -> bool:
    if refused.code == "permission_missing":
        return False
    raise refused
