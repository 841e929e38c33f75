"""What happened in a span of time, for the digest: events as they took effect, and what was issued."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from bot.alerts.alert import Facts, Severity
from bot.alerts.rows.tables import alert_events, alerts
from bot.durations import HOUR
from bot.store.batches import PAGE, next_page
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


_OF_EVENTS = (each.name for each in fields(Happening) if each.name != "about")
_COLUMNS = (*(alert_events.c[name] for name in _OF_EVENTS), alerts.c.about)


async def read_happenings(database: Database, since: int, until: int) -> tuple[Happening, ...]:
    """Read what happened from `since` until before `until` (Unix seconds), oldest first.

    In small reads, since this process's own writers wait for each. Raises Unavailable.
    """
    query = (
        select(alert_events.c.id, *_COLUMNS)
        .select_from(alert_events.outerjoin(alerts, alerts.c.id == alert_events.c.alert_id))
        .where(alert_events.c.at < until)
        .order_by(alert_events.c.at, alert_events.c.id)
        .limit(PAGE)
    )
    found: list[Happening] = []
    at, last = since, ""
    while len(found) < MOST_READ:
        after = (alert_events.c.at >= at) & or_(alert_events.c.at > at, alert_events.c.id > last)
        rows = await _all(database, query.where(after))
        found += map(_happening, rows)
        if len(rows) < PAGE:
            break
        at, last = rows[-1].at, rows[-1].id
    return tuple(found)


def _happening(row: Row[Any]) -> Happening:
    values: dict[str, Any] = {name: row._mapping[name] for name in row._mapping if name != "id"}
    return Happening(**{**values, "about": row.about or {}})


async def read_pages(database: Database, since: int, until: int) -> tuple[Page, ...]:
    """Read the pages that were raised in that span. Raises Unavailable."""
    query = select(
        alerts.c.channel,
        alerts.c.raised_at,
        func.coalesce(alerts.c.acknowledged_at, alerts.c.resolved_at).label("taken_at"),
    ).where(alerts.c.raised_at >= since, alerts.c.raised_at < until, alerts.c.severity == Severity.PAGE)

    def read(connection: Connection, last: object) -> tuple[list[Page], Any]:
        here, end = next_page(connection, alerts.c.id, last)
        rows = connection.execute(query.where(here).order_by(alerts.c.id))
        return [Page(row.channel, row.raised_at, row.taken_at) for row in rows], end

    found: list[Page] = []
    last: object = None
    while True:
        pages, last = await database.read(partial(read, last=last))
        found += pages
        if last is None:
            return tuple(found)


async def count_issued(database: Database, since: int, until: int) -> Mapping[str, int]:
    """Count the links and mails that were issued in that span, by verb. Raises Unavailable."""
    found: Counter[str] = Counter()
    for hour in range(since, until, HOUR):
        query = (
            select(audit.c.verb, func.count().label("number"))
            .where(audit.c.at >= hour, audit.c.at < min(hour + HOUR, until), audit.c.outcome == "issued")
            .group_by(audit.c.verb)
        )
        found.update({row.verb: row.number for row in await _all(database, query)})
    return dict(found)


async def _all(database: Database, query: Select[Any]) -> Sequence[Row[Any]]:
    return await database.read(lambda connection: connection.execute(query).all())
