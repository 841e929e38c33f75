"""What an alert's event does not say: who the customer is, and what they are worth a month."""

import asyncio

from bot.alerts.alert import Alert, Facts
from bot.alerts.facts import monthly
from bot.errors import Refused
from bot.logs import get_log
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.stripe_access import StripeGateway

PATIENCE_SECONDS = 2.0
"""An alert does not wait longer for this; it is posted without."""
_PAYING = frozenset({"active", "past_due", "trialing", "unpaid"})

_log = get_log(__name__)


class Enrichment:
    """Asks Stripe once, before an alert is first posted."""

    def __init__(self, gateway: StripeGateway, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Nothing is called here."""
        self._gateway = gateway
        self._patience = patience_seconds

    async def about(self, alert: Alert) -> Facts:
        """Who the customer is, what they are worth, what the plan is called; empty when Stripe is slow."""
        if alert.storm:
            return {}
        try:
            async with asyncio.timeout(self._patience):
                customer, plan = await asyncio.gather(self._customer(alert), self._plan(alert))
        except (Refused, TimeoutError) as error:
            _log.warning("alert_without_customer", error=type(error).__name__)
            return {}
        return {**(_facts(customer) if customer else {}), "plan": plan}

    async def _customer(self, alert: Alert) -> Customer | None:
        if alert.customer:
            return await self._gateway.customer(alert.customer)
        charge = alert.facts.get("charge")
        if isinstance(charge, str):
            return (await self._gateway.trace(Kind.CHARGE, charge)).customer
        return None

    async def _plan(self, alert: Alert) -> str | None:
        """What people call the plan: an event names only its price."""
        price = alert.facts.get("price")
        if not isinstance(price, str):
            return None
        return (await self._gateway.price(price)).product_name


def _facts(customer: Customer) -> Facts:
    total: dict[str, int] = {}
    for subscription in customer.subscriptions or ():
        if subscription.status in _PAYING:
            for currency, amount in monthly(subscription).items():
                total[currency] = total.get(currency, 0) + amount
    return {"customer": customer.id, "name": customer.name, "email": customer.email, "monthly": total}
