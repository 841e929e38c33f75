"""The payment page of an alert's open invoice: what can be handed to the customer.

It takes the payment of this one invoice and is no key to the account, but anybody who has it can use it. So
it is read for each message and kept nowhere.
"""

import asyncio
from typing import Final

from bot.alerts.alert import Alert
from bot.errors import Refused
from bot.logs import get_log
from bot.portal.stripe_access import StripeGateway

PATIENCE_SECONDS: Final = 2.0
_CAN_BE_PAID: Final = frozenset({"open", "uncollectible"})

_log = get_log(__name__)


async def payment_page(gateway: StripeGateway, alert: Alert) -> str | None:
    """Read the hosted page of the alert's invoice; None when nothing can be paid or Stripe does not say."""
    facts = alert.facts
    if facts.get("kind") != "invoice" or facts.get("status") not in _CAN_BE_PAID:
        return None
    if alert.storm or alert.object is None:
        return None
    account = facts.get("account")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await gateway.payment_page(
                alert.object, stripe_account=account if isinstance(account, str) else None
            )
    except TimeoutError:
        _log.warning("alert_look_up_late", parts=1)
    except Refused as error:
        _log.warning("alert_look_up_failed", part="page", error=error.code)
    return None
