"""What happened in a span of time, for the digest: events as they took effect, and what was issued."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from bot.alerts.alert import Facts, Severity
from bot.alerts.rows.tables import alert_events, alerts
from bot.store.database import Database
from bot.store.tables import audit

MOST_READ = 50_000


@dataclass(frozen=True, slots=True)
class Happening:
    """One event's effect; see the columns of `alert_events`. `about` is what its alert knows from Stripe."""

    rule: str
    effect: str
    group_key: str
    at: int
    subscription: str | None
    amount: int | None
    currency: str | None
    facts: Facts
    about: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """When an alert woke somebody, and when somebody took it or it ended; Unix seconds, None for not yet."""

    channel: str | None
    raised_at: int
    taken_at: int | None


_COLUMNS = (
    alert_events.c.rule,
    alert_events.c.effect,
    alert_events.c.group_key,
    alert_events.c.at,
    alert_events.c.subscription,
    alert_events.c.amount,
    alert_events.c.currency,
    alert_events.c.facts,
    alerts.c.about,
)


async def read_happenings(database: Database, since: int, until: int) -> tuple[Happening, ...]:
    """Read what happened from `since` until before `until` (Unix seconds), oldest first.

    Raises Unavailable.
    """
    query = (
        select(*_COLUMNS)
        .select_from(alert_events.outerjoin(alerts, alerts.c.id == alert_events.c.alert_id))
        .where(alert_events.c.at >= since, alert_events.c.at < until)
        .order_by(alert_events.c.at, alert_events.c.id)
        .limit(MOST_READ)
    )
    rows = await database.read(lambda connection: connection.execute(query).all())
    return tuple(Happening(**{**row._mapping, "about": row.about or {}}) for row in rows)


async def read_pages(database: Database, since: int, until: int) -> tuple[Page, ...]:
    """Read the pages that were raised in that span. Raises Unavailable."""
    query = select(
        alerts.c.channel,
        alerts.c.raised_at,
        func.coalesce(alerts.c.acknowledged_at, alerts.c.resolved_at).label("taken_at"),
    ).where(alerts.c.raised_at >= since, alerts.c.raised_at < until, alerts.c.severity == Severity.PAGE)
    rows = await database.read(lambda connection: connection.execute(query.limit(MOST_READ)).all())
    return tuple(Page(*row) for row in rows)


async def count_issued(database: Database, since: int, until: int) -> Mapping[str, int]:
    """Count the links and mails that were issued in that span, by verb. Raises Unavailable."""
    query = (
        select(audit.c.verb, func.count().label("number"))
        .where(audit.c.at >= since, audit.c.at < until, audit.c.outcome == "issued")
        .group_by(audit.c.verb)
    )

    def work(connection: Connection) -> Mapping[str, int]:
        return {row.verb: row.number for row in connection.execute(query)}

    return await database.read(work)
