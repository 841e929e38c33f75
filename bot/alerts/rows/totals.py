"""What an alert adds up that stands for many: how many, how much, whose, and why most often."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from bot.alerts.alert import Alert, Facts
from bot.alerts.rows.tables import alert_events, alerts
from bot.store.database import Database

MOST_LOOKED_AT = 50
"""How many of the newest are looked at for their reason."""


@dataclass(frozen=True, slots=True)
class Total:
    """`sums` by currency in its smallest unit, the most frequent first; `reasons` by group, newest first.

    A group is one matter: an invoice with three failed attempts counts once. A reason is None where the event
    does not say it.
    """

    count: int
    customers: int
    sums: Mapping[str, int]
    reasons: Mapping[str, tuple[str, str] | None]


def is_many(alert: Alert) -> bool:
    """Say whether the alert stands for many: a storm of one rule, or a rate that was passed."""
    return alert.storm or bool(alert.facts.get("within"))


async def read_total(database: Database, alert: Alert) -> Total:
    """Add up what an alert stands for. Raises Unavailable."""
    return await database.read(lambda connection: _total(connection, _belongs_to(alert)))


def _belongs_to(alert: Alert) -> ColumnElement[bool]:
    facts = alert.facts
    if alert.storm:
        return alert_events.c.alert_id == alert.id
    counted = alert_events.c.rule.in_(facts.get("of") or ())
    since = alert.first_at - int(facts.get("within") or 0)
    in_time = alert_events.c.at.between(since, alert.last_at)
    return and_(counted, in_time, alert_events.c.type == facts.get("event"))


def _total(connection: Connection, mine: ColumnElement[bool]) -> Total:
    groups = (
        select(alert_events.c.currency, func.max(alert_events.c.amount).label("amount"))
        .where(mine)
        .group_by(alert_events.c.group_key, alert_events.c.currency)
        .subquery()
    )
    by_currency = select(groups.c.currency, func.sum(groups.c.amount)).group_by(groups.c.currency)
    by_currency = by_currency.order_by(func.count().desc(), groups.c.currency)
    sums = {row[0]: int(row[1]) for row in connection.execute(by_currency) if row[0] and row[1]}
    counted = select(
        func.count(alert_events.c.group_key.distinct()), func.count(alert_events.c.customer.distinct())
    )
    count, customers = connection.execute(counted.where(mine)).one()
    newest = (
        select(alert_events.c.group_key, alert_events.c.facts, alerts.c.about)
        .select_from(alert_events.outerjoin(alerts, alerts.c.id == alert_events.c.alert_id))
        .where(mine)
        .order_by(alert_events.c.at.desc(), alert_events.c.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    reasons: dict[str, tuple[str, str] | None] = {}
    for row in connection.execute(newest):
        known = reason_of(row.facts) or reason_of(row.about or {})
        reasons[row.group_key] = reasons.get(row.group_key) or known
    return Total(count, customers, sums, reasons)


def reason_of(facts: Facts) -> tuple[str, str] | None:
    """Return Stripe's code for why something happened, with the group of `messages/` that says it."""
    kind = facts.get("kind")
    named: Mapping[str, tuple[tuple[str, Any], ...]] = {
        "dispute": (("dispute_reasons", facts.get("reason")),),
        "refund": (("refund_reasons", facts.get("failure") or facts.get("reason")),),
        "subscription": (("feedback", facts.get("feedback")), ("cancellation_reasons", facts.get("reason"))),
        "payout": (("declines", facts.get("error_code")),),
    }
    for group, code in named.get(str(kind), (("declines", facts.get("decline")),)):
        if isinstance(code, str) and code:
            return group, code
    return None


def most_frequent(reasons: Mapping[str, tuple[str, str] | None]) -> dict[str, Any] | None:
    """Return the reason given most often, how often, and of how many that gave one; None without any.

    Rows call the group of `messages/` its `catalogue`.
    """
    given = Counter(each for each in reasons.values() if each is not None)
    if not given:
        return None
    (group, code), times = given.most_common(1)[0]
    return {"catalogue": group, "code": code, "times": times, "of": given.total()}
