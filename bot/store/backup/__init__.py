"""A copy of everything the bot keeps, in one file, and back: `portalbot backup` and `portalbot restore`.

On SQLite the file is a database itself, with the jobs' file inside. On PostgreSQL it is what pg_dump writes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection, Table, func, inspect, select

from bot.errors import BadUsage
from bot.store.migrations import HEAD


def refuse_existing(file: Path) -> None:
    """Raise BadUsage("backup_file_exists") for a file that is there, or one whose folder is not."""
    if file.exists():
        raise BadUsage("backup_file_exists", file=str(file))
    if not file.absolute().parent.is_dir():
        raise BadUsage("backup_folder_missing", file=str(file))


def refuse_newer(revision: str) -> None:
    """Raise BadUsage("backup_newer") for tables of a revision that this program does not know yet."""
    if revision > HEAD:
        raise BadUsage("backup_newer")


def count_rows(connection: Connection, tables: Sequence[Table]) -> Mapping[str, int]:
    """Count the rows of each table by its name; a table that is not there has none."""
    there = set(inspect(connection).get_table_names())
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
        if table.name in there
    }
