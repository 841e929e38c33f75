"""The table of the engine's processes. The migrations create it; a test holds the two together."""

from sqlalchemy import BigInteger, Column, Table, Text

from bot.store.tables import metadata

engine_processes = Table(
    "engine_processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("beat_at", BigInteger, nullable=False),
)
"""Heartbeats of the processes that run jobs; see `bot.engine.processes`."""
