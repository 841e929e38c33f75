"""INSERT that leaves an existing row alone, the same on both databases."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, key: Column[str], values: Mapping[str, object]) -> bool:
    """Insert a row unless one with the same `key` is there; return whether it was inserted."""
    # `rowcount` reads 0 for new rows on psycopg; a returned row is sure.
    statement = _insert(connection.dialect.name, table, key)
    return connection.execute(statement, values).first() is not None


@cache
def _insert(dialect: str, table: Table, key: Column[str]) -> Executable:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing(index_elements=[key]).returning(key)


def storable(text: str) -> str:
    """Return the text as every database takes it: PostgreSQL refuses NUL, UTF-8 has no lone surrogates."""
    text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def storable_json(value: Any) -> Any:
    """Return JSON whose texts every database takes."""
    if isinstance(value, Mapping):
        return {storable(str(name)): storable_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(inner) for inner in value]
    return storable(value) if isinstance(value, str) else value
