"""What an alert's event does not say: who the customer is, what they are worth, what the plan is called.

Also why a payment was declined, and the words of a reason for cancelling. Each part is asked for by itself,
so that one that is gone or forbidden costs none of the others. What was answered is kept with the alert and
not asked for again; what was not, because Stripe was slow, is asked for with the next change of the alert.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.alerts.alert import Alert, Facts
from bot.alerts.money_facts import decline_of
from bot.alerts.rows.totals import Total, is_many, most_frequent
from bot.alerts.states import state_of
from bot.alerts.subscription_facts import monthly
from bot.errors import Refused
from bot.logs import get_log
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.stripe_access import StripeGateway

PATIENCE_SECONDS = 2.0
"""An alert does not wait longer for this; it is posted without."""
MOST_PRICES = 4
MOST_DECLINES = 10
"""How many invoices of an alert that stands for many are asked why they were not paid."""
_PAYING = frozenset({"active", "past_due", "trialing", "unpaid"})

WhoChanged = Callable[[str], Awaitable[Facts | None]]
"""Returns `by`, and `asked_by` where somebody else approved; None for a key that is not ours."""
TotalOf = Callable[[Alert], Awaitable[Total]]
"""Adds up what an alert stands for that stands for many. Raises Unavailable."""
Part = Callable[[], Awaitable[Facts]]
_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class Enrichment:
    """Asks Stripe before an alert is posted or changed.

    `who_changed` tells who made a change here by the key that Stripe was asked with; `total_of` adds up what
    an alert stands for.
    """

    gateway: StripeGateway
    patience_seconds: float = PATIENCE_SECONDS
    who_changed: WhoChanged | None = None
    total_of: TotalOf | None = None
    _options: dict[str, str] = field(default_factory=dict)

    async def about(self, alert: Alert) -> Facts | None:
        """Return everything that is known about an alert, None when there was nothing new to ask for.

        Keys: `customer`, `name`, `email`, `monthly` (amount by currency), `has_card`, `plans` (name by
        price), `options` (text by feedback option), `decline`, `decline_text`; `asked` is what was answered.
        An alert that stands for many has `total` and `declines` instead.
        """
        if is_many(alert):
            return await self._about_many(alert)
        asked = set(alert.about.get("asked") or ())
        parts = {name: part for name, part in self._parts(alert).items() if name not in asked}
        if not parts:
            return None
        answers = await self._answers(parts)
        about = dict(alert.about)
        for answer in answers.values():
            about |= {
                name: {**(about.get(name) or {}), **value} if isinstance(value, Mapping) else value
                for name, value in answer.items()
            }
        return {**about, "asked": sorted(asked | answers.keys())}

    async def _about_many(self, alert: Alert) -> Facts | None:
        """Return `total`, and in `declines` why some of the invoices were not paid, by group."""
        if self.total_of is None:
            return None
        try:
            total = await self.total_of(alert)
        except Refused as error:
            _log.warning("alert_not_added_up", error=error.code)
            return None
        known = dict(alert.about.get("declines") or {})
        unknown = [group for group, reason in total.reasons.items() if reason is None and group not in known]
        invoices = {group: group.rpartition(":")[2] for group in unknown}
        parts: dict[str, Part] = {
            group: partial(self._decline, invoice, None)
            for group, invoice in invoices.items()
            if invoice.startswith("in_")
        }
        asked = dict(list(parts.items())[: max(MOST_DECLINES - len(known), 0)])
        answers = await self._answers(asked) if asked else {}
        known |= {group: answer.get("decline") for group, answer in answers.items()}
        reasons = {group: reason or _as_reason(known.get(group)) for group, reason in total.reasons.items()}
        added_up = {"count": total.count, "customers": total.customers, "sums": dict(total.sums)}
        return {"declines": known, "total": {**added_up, "reason": most_frequent(reasons)}}

    async def _answers(self, parts: Mapping[str, Part]) -> dict[str, Facts]:
        tasks = {name: asyncio.ensure_future(_answer(name, part)) for name, part in parts.items()}
        _, late = await asyncio.wait(tasks.values(), timeout=self.patience_seconds)
        for task in late:
            task.cancel()
        if late:
            _log.warning("alert_look_up_late", parts=len(late))
        done = {name: task.result() for name, task in tasks.items() if task not in late}
        return {name: answer for name, answer in done.items() if answer is not None}

    def _parts(self, alert: Alert) -> dict[str, Part]:
        """Name what can be asked for; the name says of which object."""
        parts: dict[str, Part] = {}
        facts, account = alert.facts, _text(alert.facts.get("account"))
        owner = alert.customer or _text(facts.get("charge")) or _text(facts.get("payment_intent"))
        if owner:
            parts[f"customer {owner}"] = lambda: self._customer(alert, account)
        for price in _prices(facts):
            parts[f"price {price}"] = partial(self._plan, price, account)
        key, who_changed = _text(facts.get("requested_with")), self.who_changed
        if key and who_changed is not None:
            parts[f"change {key}"] = lambda: _made_here(key, who_changed)
        option = _text(facts.get("feedback_option"))
        if option and not facts.get("feedback_text"):
            parts[f"option {option}"] = lambda: self._option(option, account)
        invoice = alert.object if facts.get("kind") == "invoice" and state_of(facts).key == "open" else None
        if invoice and facts.get("attempt"):
            parts[f"decline {invoice} {facts['attempt']}"] = lambda: self._decline(invoice, account)
        return parts

    async def _customer(self, alert: Alert, account: str | None) -> Facts:
        customer = alert.customer
        if customer is None:
            charge, intent = alert.facts.get("charge"), alert.facts.get("payment_intent")
            kind = Kind.CHARGE if charge else Kind.PAYMENT_INTENT
            trace = await self.gateway.trace(kind, str(charge or intent), stripe_account=account)
            if trace.customer is None:
                return {"email": trace.email} if trace.email else {}
            if trace.complete:
                return _facts(trace.customer)
            customer = trace.customer.id
        return _facts(await self.gateway.customer(customer, stripe_account=account))

    async def _plan(self, price: str, account: str | None) -> Facts:
        """Read what people call the plan: an event names only its price."""
        name = (await self.gateway.shop.price(price, stripe_account=account)).product_name
        return {"plans": {price: name}} if name else {}

    async def _option(self, option: str, account: str | None) -> Facts:
        if option not in self._options:
            said = await self.gateway.shop.feedback_option(option, stripe_account=account)
            if said is None:
                return {}
            self._options[option] = said
        return {"options": {option: self._options[option]}}

    async def _decline(self, invoice: str, account: str | None) -> Facts:
        return decline_of(await self.gateway.payment_error(invoice, stripe_account=account))


async def _made_here(key: str, who_changed: WhoChanged) -> Facts:
    made = await who_changed(key)
    return {"made_here": {key: made}} if made else {}


async def _answer(name: str, part: Part) -> Facts | None:
    """Ask for one part: nothing when it is gone or forbidden, None when it may be answered later."""
    try:
        return await part()
    except Refused as error:
        _log.warning("alert_look_up_failed", part=name.partition(" ")[0], error=error.code)
        return None if error.facts.get("retry") is True else {}


def _as_reason(code: object) -> tuple[str, str] | None:
    return ("declines", code) if isinstance(code, str) and code else None


def _prices(facts: Facts) -> list[str]:
    changes = facts.get("plan_changes") or ()
    lines = [facts, *(side for each in changes for side in (each.get("before"), each.get("after")) if side)]
    found = dict.fromkeys(price for line in lines if (price := _text(line.get("price"))))
    return list(found)[:MOST_PRICES]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _facts(customer: Customer) -> Facts:
    total: dict[str, int] = {}
    for subscription in customer.subscriptions or ():
        if subscription.status in _PAYING:
            for currency, amount in monthly(subscription).items():
                total[currency] = total.get(currency, 0) + amount
    return {
        "customer": customer.id,
        "name": customer.name,
        "email": customer.email,
        "monthly": total,
        "has_card": bool(customer.default_payment_method or customer.default_source),
    }
