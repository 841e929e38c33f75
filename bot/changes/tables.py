"""The table of changes to portal configurations. The migrations create it; a test holds the two together."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Table, Text

from bot.store.tables import ROW_NUMBER, metadata

portal_changes = Table(
    "portal_changes",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("request_key", Text, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("configuration", Text, nullable=False),
    Column("name", Text),
    Column("actor", Text, nullable=False),
    Column("customer", Text),
    Column("rule", Text),
    Column("version", Text, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("effects", JSON(none_as_null=True)),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", BigInteger),
    Column("begun_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("code", Text),
    Column("said", Text),
    Column("result_version", Text),
    Column("undo_of", BigInteger),
    Column("place", JSON(none_as_null=True)),
    Column("channel", Text),
    Column("ts", Text),
    Column("shown", Text),
    Column("told", Text),
    Column("told_at", BigInteger),
    Column("begun_by", Text),
    Index("portal_changes_by_state", "state", "created_at"),
    Index("portal_changes_by_configuration", "configuration", "created_at"),
    Index("portal_changes_by_customer", "customer"),
    sqlite_autoincrement=True,
)
"""One row per change that was proposed.

`state` is that of `bot.changes.change.State`. `before` and `after` are settings by path: as they were shown,
and as they are wanted. `version` is what the configuration was when they were shown, `result_version` what it
was after the change. `key` is Stripe's idempotency key. `channel` and `ts` are where the request for approval
stands and `shown` the state it shows; `told` is the state that who asked knows of, at `place`;
`told_at` is when a process began to tell them. `begun_by` names the process that carries the change out.
"""
