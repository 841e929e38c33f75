"""`portalbot export`: what is kept, row by row, without holding all of it in memory.

An export is a copy that goes elsewhere. It says what was done, for whom and when; it holds nothing that opens
a door (addresses Slack takes answers at, sessions, keys, tokens) and no letter to a customer.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import Select, Table, select

from bot.redaction import redact_credentials, redact_value
from bot.store.engine import Database
from bot.store.tables import (
    alert_events,
    alert_notes,
    alerts,
    audit,
    mails,
    oncall_overrides,
    stripe_events,
)

BATCH = 500
# The names under which the tables leave the house.
EXPORTED: Mapping[str, Table] = {
    "audit": audit,
    "events": stripe_events,
    "alerts": alerts,
    "alert_events": alert_events,
    "alert_notes": alert_notes,
    "mails": mails,
    "oncall_overrides": oncall_overrides,
}

KEPT_HERE: Mapping[str, frozenset[str]] = {"mails": frozenset({"text", "html", "place", "begun_by"})}
"""Columns that stay: a mail's bodies with the agent's note, and the way to its agent in Slack."""


async def export_rows(database: Database) -> AsyncIterator[dict[str, Any]]:
    """Every row as a JSON object with `table` and `id`, by table and id. Raises Unavailable.

    Each batch is a transaction of its own, so that a long export holds up nobody.
    """
    for name, table in EXPORTED.items():
        last: object = None
        while rows := await _batch(database, table, last):
            for row in rows:
                yield {"table": name} | _without_secrets(row)
            last = rows[-1]["id"]


async def _batch(database: Database, table: Table, last: object) -> list[dict[str, Any]]:
    left_out = KEPT_HERE.get(table.name, frozenset())
    columns = [column for column in table.c if column.name not in left_out]
    query: Select[Any] = select(*columns).order_by(table.c.id).limit(BATCH)
    if last is not None:
        query = query.where(table.c.id > last)
    rows = await database.read(lambda connection: connection.execute(query).mappings().all())
    return [dict(row) for row in rows]


def _without_secrets(row: Mapping[str, Any]) -> dict[str, Any]:
    # Nothing of the kind should have been stored; what leaves the house is looked through once more.
    return {name: redact_value(value, redact_credentials) for name, value in row.items()}
