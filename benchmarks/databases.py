"""Both kinds of database, as far as they are installed."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests import postgres


def databases(folder: Path, name: str, options: str = postgres.OPTIONS) -> Iterator[str]:
    """Addresses of empty ones: SQLite, and a PostgreSQL server of this process's own."""
    folder.mkdir(exist_ok=True)
    yield f"sqlite:///{folder}/portalbot.db"
    if postgres.PROGRAMS:
        server = postgres.start_server(os.getpid(), options)
        with psycopg.connect(f"{server}/postgres".replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
