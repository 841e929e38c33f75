"""Letting one transaction at a time do something, whichever process it belongs to."""

from sqlalchemy import Connection, text

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def lock(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds this lock, and hold it until this one ends.

    SQLite needs none: a transaction that is going to write (BEGIN IMMEDIATE) is the only one of its kind.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"name": name})
