"""`portalbot export`: what is kept, row by row, without holding all of it in memory.

An export is a copy that goes elsewhere. It says what was done, for whom and when; it holds nothing that opens
a door (addresses Slack takes answers at, sessions, keys, tokens) and no letter to a customer.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Connection, Row, Table, Text, cast, or_, select

from bot.errors import BadUsage
from bot.redaction import may_hold_credentials, redact_credentials, redact_value
from bot.store.batches import next_page
from bot.store.database import Database

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Exported:
    """A table under the name by which it leaves, less the columns that stay.

    `changed` are the columns that say when a row was made or changed, in Unix seconds.
    """

    name: str
    table: Table
    changed: Sequence[str]
    kept_here: frozenset[str] = frozenset()


async def export_lines(
    database: Database, tables: Sequence[Exported], *, since: int = 0, after: str = ""
) -> AsyncIterator[str]:
    """Yield blocks of whole lines, each row a JSON object with `table` and `id`, by `tables` and then by ids.

    Only rows made or changed at `since` (Unix seconds) or later; only those that come after `after`, which is
    the table and the id of the last one that is there already, as in `audit:120`. Each block is a transaction
    of its own, so that a long export holds up nobody. Raises BadUsage("export_after_unknown") or Unavailable.
    """
    tables, last = _left(tables, after)
    for each in tables:
        while last is not _END:
            block, last = await database.read(_Batch(each, since, last))
            if block:
                yield block
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
    """Reads the rows after an id, as lines; also says which id it came to.

    It looks at so many rows and no more, also where few of them are new: an index of when rows were changed
    would cost every write.
    """

    exported: Exported
    since: int
    last: object

    def __call__(self, connection: Connection) -> tuple[str, object]:
        table = self.exported.table
        here, end = next_page(connection, table.c.id, self.last)
        columns = [column for column in table.c if column.name not in self.exported.kept_here]
        # JSON is passed on as it is stored: to read and write it again takes longer than all the rest.
        plain = [column for column in columns if not isinstance(column.type, JSON)]
        stored = [column for column in columns if isinstance(column.type, JSON)]
        query = select(*plain, *(cast(column, Text).label(column.name) for column in stored))
        query = query.where(here).order_by(table.c.id)
        if self.since:
            query = query.where(or_(*(table.c[name] >= self.since for name in self.exported.changed)))
        rows = connection.execute(query).all()
        lines = _Lines(self.exported.name, [each.name for each in plain], [each.name for each in stored])
        return "".join(map(lines.of, rows)), _END if end is None else end


class _Lines:
    """Writes rows of a table as lines: the `plain` columns, then those of `stored` JSON."""

    def __init__(self, table: str, plain: Sequence[str], stored: Sequence[str]) -> None:
        self._table = table
        self._names = ("table", *plain)
        self._stored = stored
        self._own = [f'"{name}":' for name in (*plain, *stored) if may_hold_credentials(name)]

    def of(self, row: Row[Any]) -> str:
        """Return a row's line, without credentials.

        None should have been stored; what leaves the house is looked through once more.
        """
        plain = len(self._names) - 1
        line = _encode(dict(zip(self._names, (self._table, *row[:plain]), strict=True)))
        if self._stored:
            parts = zip(self._stored, row[plain:], strict=True)
            line = ",".join((line[:-1], *(f'"{name}":{text or "null"}' for name, text in parts))) + "}"
        looked_at = line
        for name in self._own:
            looked_at = looked_at.replace(name, "")
        if may_hold_credentials(looked_at) or "\n" in line:
            line = _encode(redact_value(json.loads(line), redact_credentials))
        return f"{line}\n"
