"""What is asked again and again looks through no table that grows for years."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.alerts.alert import Severity
from bot.alerts.rows.alerts import Alerts
from bot.health.stored_counts import read_stored_counts
from bot.mail.rows import Mails
from bot.metrics import Metrics
from bot.outcomes.rows import OutcomeRows
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.tables import metadata
from tests.sqlite import with_tables

OF_FEW_ROWS = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
NOW = 1_800_000_000
ASKED: dict[str, Callable[[Database], Awaitable[object]]] = {
    "history of a customer": lambda database: AuditTrail(database, Metrics()).history(customer="cus_1"),
    "history of an agent": lambda database: AuditTrail(database, Metrics()).history(actor="U1"),
    "mails of a card": lambda database: Mails(database).of_customer("cus_1"),
    "links of a card": lambda database: OutcomeRows(database).of_customer("cus_1", 0, 3),
    "open alerts": lambda database: Alerts(database).unresolved(),
    "alerts in a list": lambda database: Alerts(database).urgent("U1", 0, 10),
    "alerts to escalate": lambda database: Alerts(database).to_escalate([Severity.PAGE]),
    "snoozed alerts": lambda database: Alerts(database).wake_snoozed(NOW),
    "alerts of a customer": lambda database: Alerts(database).of_customer("cus_1"),
    "newest event": lambda database: StripeEvents(database).newest_created(livemode=True),
    "mails that are due": lambda database: Mails(database).due(NOW, 10),
    "mails nobody was told of": lambda database: Mails(database).untold(NOW, 10),
    "links to look at": lambda database: OutcomeRows(database).take_due(NOW),
    "old links": lambda database: OutcomeRows(database).prune(NOW, NOW),
    "gauges": read_stored_counts,
}


@contextmanager
def _plans(database: Database) -> Iterator[list[str]]:
    """Collect how SQLite goes about each statement."""
    plans: list[str] = []

    def before(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            explaining = connection.connection.driver_connection.cursor()
            plans.extend(row[3] for row in explaining.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", before)


@pytest.mark.parametrize("asked", ASKED)
async def test_what_is_asked_often_looks_through_no_table(asked: str, sqlite_url: str) -> None:
    async with Database(with_tables(sqlite_url)) as database:
        with _plans(database) as plans:
            await ASKED[asked](database)
    assert plans
    assert [plan for plan in plans if _looks_through_a_table(plan)] == []


def _looks_through_a_table(plan: str) -> bool:
    scanned, table, *how = plan.split()
    return scanned == "SCAN" and table in metadata.tables and not OF_FEW_ROWS & set(how)
