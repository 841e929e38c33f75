"""The tables of the store itself, and the metadata that every domain adds its own tables to.

The migrations create them; a test holds the two together. Times are Unix seconds, as everywhere in the bot.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only for INTEGER; AUTOINCREMENT never gives a pruned row's number again."""

audit = Table(
    "audit",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text),
    Column("verb", Text, nullable=False),
    Column("customer", Text),
    Column("subscription", Text),
    Column("flow", Text),
    Column("session", Text),
    Column("channel", Text),
    Column("reason", Text),
    Column("outcome", Text, nullable=False),
    Column("code", Text),
    Column("duration_ms", Integer),
    Column("livemode", Boolean, nullable=False),
    Column("request_key", Text, unique=True),
    Column("forgotten_at", BigInteger),
    Column("configuration", Text),
    Index("audit_by_customer", "customer", "id"),
    Index("audit_by_actor", "actor", "id"),
    Index("audit_by_time", "at"),
    sqlite_autoincrement=True,
)
"""Who did what. Append-only by triggers; see `bot.store.retention` for the two ways around them."""

audit_pruning = Table(
    "audit_pruning",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("before", BigInteger, nullable=False),
)
"""At most one row, there only inside a pruning transaction: older rows of `audit` may be deleted."""

link_grants = Table(
    "link_grants",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("actor", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("link_grants_by_actor", "actor", "at"),
    sqlite_autoincrement=True,
)
"""The limiter's ledger: one row per link given, for the last hour."""

stripe_events = Table(
    "stripe_events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("handled_at", BigInteger),
    Index("stripe_events_by_created", "created"),
)
"""Webhook events by Stripe's event id, without the URL of a portal session."""

_WAITING = stripe_events.c.handled_at.is_(None)
Index(
    "stripe_events_waiting",
    stripe_events.c.received_at,
    stripe_events.c.id,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)


recurring = Table(
    "recurring",
    metadata,
    Column("id", Text, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
)
"""When periodic work that only one process does at a time was last done, by its name."""

shares = Table(
    "shares",
    metadata,
    Column("process", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seen_at_ms", BigInteger, nullable=False),
    Column("calls", Float, nullable=False),
    Column("before", Float, nullable=False),
    Column("urgent", Integer, nullable=False),
    Column("other", Integer, nullable=False),
    Column("part", Float, nullable=False),
)
"""What each running process holds of a limit that several share; see `bot.store.shared_limit`."""
