"""Fills the tables as years of work would, as fast as the database can.

Everything is made inside the database, indexes and keys after the rows. Meanwhile PostgreSQL's triggers rest
and nobody waits for the disk; afterwards everything is as `migrate` left it.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import Any

import psycopg

from benchmarks.full_rows import POSTGRESQL, SQLITE, Filling

POSTGRESQL_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=50 -c shared_buffers=128MB"
    " -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=8GB -c maintenance_work_mem=384MB"
    " -c max_parallel_maintenance_workers=0 -c autovacuum=off"
)
"""A small server, whose log leaves out what is filled into new tables."""
FILLERS = 2
"""Connections that fill PostgreSQL at a time."""

Raw = Any
"""A connection of psycopg or sqlite3."""


def fill_sqlite(file: str, scale: float, now: int) -> None:
    """Fill a migrated file."""
    statements = Filling(SQLITE, scale, now).by_table()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        pragmas = ("synchronous = OFF", "journal_mode = OFF", "cache_size = -400000", "temp_store = MEMORY")
        _run(connection, [f"PRAGMA {pragma}" for pragma in pragmas])
        names = ", ".join(f"'{table}'" for table in statements)
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master"
            f" WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})"
        ).fetchall()
        _run(connection, [f"DROP INDEX {name}" for name, _ in indexes])
        _run(connection, ["BEGIN", *statements.values(), "COMMIT"])
        _run(connection, [sql for _, sql in indexes])
        _run(connection, ["ANALYZE", "PRAGMA journal_mode = WAL"])


def fill_postgresql(url: str, scale: float, now: int) -> None:
    """Fill a migrated database; `url` as libpq takes it."""
    statements = Filling(POSTGRESQL, scale, now).by_table()
    of_audit = [table for table in statements if table in {"audit", "portal_links", "mails"}]
    others = [table for table in statements if table not in of_audit]
    with psycopg.connect(url, autocommit=True) as connection, ThreadPoolExecutor(FILLERS) as fillers:
        _run(connection, ["ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"])
        dropped, made = _indexes(connection, statements)
        _run(connection, dropped)
        list(fillers.map(lambda tables: _fill_tables(url, statements, tables), (of_audit, others)))
        list(fillers.map(lambda statement: _elsewhere(url, [statement]), made.indexes))
        numbered = ("audit", "alerts", "alert_notes")
        counters = [
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            for table in numbered
        ]
        _run(connection, [*made.constraints, *counters, "ANALYZE"])
        _run(connection, ["ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()"])
    os.sync()  # what is measured next must not wait for what was filled


@dataclass(frozen=True, slots=True)
class _ToMake:
    """Statements that make indexes, and constraints of some of them."""

    indexes: Sequence[str]
    constraints: Sequence[str]


def _indexes(connection: Raw, tables: Iterable[str]) -> tuple[Sequence[str], _ToMake]:
    """Return the statements that drop every index and key of the tables, and those that make them again."""
    named = list(tables)
    keys = connection.execute(
        "SELECT conname, conrelid::regclass::text, contype FROM pg_constraint"
        " WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY(%s)", [named],
    ).fetchall()  # fmt: skip
    defined = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [named]
    ).fetchall()
    of_keys = {name for name, _, _ in keys}
    drop = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name, table, _ in keys]
    drop += [f"DROP INDEX {name}" for name, _ in defined if name not in of_keys]
    kinds = {"p": "PRIMARY KEY", "u": "UNIQUE"}
    constraints = [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {kinds[kind]} USING INDEX {name}"
        for name, table, kind in keys
    ]
    # The largest first, so that both fillers end at the same time.
    makes = sorted((sql for _, sql in defined), key=lambda sql: "audit" not in sql)
    return drop, _ToMake(makes, constraints)


def _fill_tables(url: str, statements: dict[str, str], tables: Sequence[str]) -> None:
    resting = ["SET session_replication_role = replica", "SET synchronous_commit = off"]
    # A table that is emptied in the same transaction needs no log.
    filling = [("BEGIN", f"TRUNCATE {table}", statements[table], "COMMIT") for table in tables]
    _elsewhere(url, [*resting, *chain.from_iterable(filling)])


def _elsewhere(url: str, statements: Iterable[str]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        _run(connection, statements)


def _run(connection: Raw, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)
