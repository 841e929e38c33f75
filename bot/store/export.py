"""`portalbot export`: what is kept, row by row, without holding all of it in memory.

An export is a copy that goes elsewhere. It says what was done, for whom and when; it holds nothing that opens
a door (addresses Slack takes answers at, sessions, keys, tokens) and no letter to a customer.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, select

from bot.redaction import redact_credentials, redact_value
from bot.store.database import Database

BATCH = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """A table under the name by which it leaves, less the columns that stay."""

    name: str
    table: Table
    kept_here: frozenset[str] = frozenset()


async def export_rows(database: Database, tables: Sequence[Exported]) -> AsyncIterator[dict[str, Any]]:
    """Yield every row as a JSON object with `table` and `id`, ordered by both. Raises Unavailable.

    Each batch is a transaction of its own, so that a long export holds up nobody.
    """
    for each in tables:
        last: object = None
        while rows := await _batch(database, each, last):
            for row in rows:
                yield {"table": each.name} | _without_secrets(row)
            last = rows[-1]["id"]


async def _batch(database: Database, exported: Exported, last: object) -> list[dict[str, Any]]:
    table = exported.table
    columns = [column for column in table.c if column.name not in exported.kept_here]
    query: Select[Any] = select(*columns).order_by(table.c.id).limit(BATCH)
    if last is not None:
        query = query.where(table.c.id > last)
    rows = await database.read(lambda connection: connection.execute(query).mappings().all())
    return [dict(row) for row in rows]


def _without_secrets(row: Mapping[str, Any]) -> dict[str, Any]:
    # Nothing of the kind should have been stored; what leaves the house is looked through once more.
    return {name: redact_value(value, redact_credentials) for name, value in row.items()}
