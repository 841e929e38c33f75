"""`portalbot export`: what is kept, row by row, without holding all of it in memory.

An export is a copy that goes elsewhere. It says what was done, for whom and when; it holds nothing that opens
a door (addresses Slack takes answers at, sessions, keys, tokens) and no letter to a customer.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from bot.errors import BadUsage
from bot.redaction import redact_credentials, redact_value
from bot.store.batches import next_page
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Exported:
    """A table under the name by which it leaves, less the columns that stay.

    `changed` are the columns that say when a row was made or changed, in Unix seconds.
    """

    name: str
    table: Table
    changed: Sequence[str]
    kept_here: frozenset[str] = frozenset()


async def export_rows(
    database: Database, tables: Sequence[Exported], *, since: int = 0, after: str = ""
) -> AsyncIterator[dict[str, Any]]:
    """Yield every row as a JSON object with `table` and `id`, in the order of `tables` and then of ids.

    Only rows made or changed at `since` (Unix seconds) or later; only those that come after `after`, which is
    the table and the id of the last one that is there already, as in `audit:120`. Each batch is a transaction
    of its own, so that a long export holds up nobody. Raises BadUsage("export_after_unknown") or Unavailable.
    """
    tables, last = _left(tables, after)
    for each in tables:
        while last is not _END:
            rows, last = await database.read(_Batch(each, since, last))
            for row in rows:
                yield {"table": each.name} | _without_secrets(row)
        last = None


_END = object()


def _left(tables: Sequence[Exported], after: str) -> tuple[Sequence[Exported], object]:
    """Return the tables that are still to be exported, and the last id of the first one that is not."""
    if not after:
        return tables, None
    name, _, identifier = after.partition(":")
    for place, each in enumerate(tables):
        if each.name == name and identifier:
            try:
                return tables[place:], each.table.c.id.type.python_type(identifier)
            except ValueError:
                break
    raise BadUsage("export_after_unknown", asked=after[:80])


@dataclass(frozen=True, slots=True)
class _Batch:
    """Reads the rows after an id; also says which id it came to.

    It looks at so many rows and no more, also where few of them are new: an index of when rows were changed
    would cost every write.
    """

    exported: Exported
    since: int
    last: object

    def __call__(self, connection: Connection) -> tuple[list[dict[str, Any]], object]:
        table = self.exported.table
        here, end = next_page(connection, table.c.id, self.last)
        columns = [column for column in table.c if column.name not in self.exported.kept_here]
        query = select(*columns).where(here).order_by(table.c.id)
        if self.since:
            query = query.where(or_(*(table.c[name] >= self.since for name in self.exported.changed)))
        rows = connection.execute(query).mappings().all()
        return [dict(row) for row in rows], _END if end is None else end


def _without_secrets(row: Mapping[str, Any]) -> dict[str, Any]:
    # Nothing of the kind should have been stored; what leaves the house is looked through once more.
    return {name: redact_value(value, redact_credentials) for name, value in row.items()}
