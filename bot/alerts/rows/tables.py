"""The tables of alerts and on-call people. The migrations create them; a test holds the two together."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, Table, Text, literal_column

from bot.store.tables import ROW_NUMBER, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("rule", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("storm", Boolean, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("about", JSON, nullable=False),
    Column("customer", Text),
    Column("subscription", Text),
    Column("object", Text),
    Column("amount", BigInteger),
    Column("currency", Text),
    Column("runbook", Text),
    Column("count", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("escalated_episode", Integer, nullable=False),
    Column("escalated_at", BigInteger),
    Column("assignee", Text),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", BigInteger),
    Column("snoozed_by", Text),
    Column("snoozed_until", BigInteger),
    Column("resolved_by", Text),
    Column("resolved_at", BigInteger),
    Column("channel", Text),
    Column("message_channel", Text),
    Column("message_ts", Text),
    Column("posting_at", BigInteger),
    Column("revision", Integer, nullable=False),
    Column("posted_revision", Integer, nullable=False),
    Column("copied_revision", Integer),
    Index("alerts_by_customer", "customer", "id"),
    Index("alerts_by_rule", "rule", "raised_at"),
    Index("alerts_by_status", "status", "id"),
    sqlite_autoincrement=True,
)
"""One row per alert, which is one Slack message; where `revision` > `posted_revision`, it is to be sent.

Direct messages that are the alert itself are rows of `alert_notes` with a `posted_revision` of their own;
`copied_revision` is the lowest of these, None when there is no such message.
"""

# Written out: the index over these, of very few rows, is found by the value only.
NOT_RESOLVED = alerts.c.status != literal_column("'resolved'", Text)
Index(
    "alerts_one_per_group",
    alerts.c.group_key,
    unique=True,
    sqlite_where=NOT_RESOLVED,
    postgresql_where=NOT_RESOLVED,
)
_UNPOSTED = alerts.c.revision > alerts.c.posted_revision
Index("alerts_unposted", alerts.c.channel, sqlite_where=_UNPOSTED, postgresql_where=_UNPOSTED)
_UNCOPIED = alerts.c.revision > alerts.c.copied_revision
Index("alerts_uncopied", alerts.c.id, sqlite_where=_UNCOPIED, postgresql_where=_UNCOPIED)

alert_events = Table(
    "alert_events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("alert_id", BigInteger),
    Column("rule", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("handled_at", BigInteger, nullable=False),
    Column("customer", Text),
    Column("subscription", Text),
    Column("amount", BigInteger),
    Column("currency", Text),
    Column("facts", JSON, nullable=False),
    Index("alert_events_by_alert", "alert_id"),
    Index("alert_events_by_group", "group_key", "at"),
    Index("alert_events_by_rule", "rule", "handled_at"),
    Index("alert_events_by_time", "at"),
    Index("alert_events_by_customer", "customer", "at"),
)
"""What each occurrence did, by its key: the proof that it did it once, and what the digest is made of."""

alert_notes = Table(
    "alert_notes",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("alert_id", BigInteger),
    Column("key", Text, nullable=False, unique=True),
    Column("channel", Text),
    Column("template", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("posting_at", BigInteger),
    Column("posted_at", BigInteger),
    Column("message_channel", Text),
    Column("message_ts", Text),
    Column("posted_revision", Integer),
    Index("alert_notes_by_alert", "alert_id"),
    Index("alert_notes_unposted", "posted_at", "id"),
    sqlite_autoincrement=True,
)
"""Replies in an alert's thread, and messages elsewhere (a direct message, the digest), sent in order.

`posted_revision` says which revision of its alert a message shows that is the alert itself; else None.
"""

alert_mutes = Table(
    "alert_mutes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
)
"""Rules (by name) that are silent for a time."""

slack_pace = Table(
    "slack_pace",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("next_at_ms", BigInteger, nullable=False),
    Column("leased_by", Text),
    Column("leased_until", BigInteger, nullable=False),
)
"""Per Slack channel: when the next message may go out, and which process sends there now."""

oncall_overrides = Table(
    "oncall_overrides",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("person", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("oncall_overrides_by_end", "ends_at"),
    sqlite_autoincrement=True,
)
"""Who stands in on call, by Slack user id."""

oncall_swaps = Table(
    "oncall_swaps",
    metadata,
    Column("id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("by", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("turns", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("accepted", Boolean),
    sqlite_autoincrement=True,
)
"""Swaps that `by` has asked `other` for; `turns` are the overrides that an accepted one makes."""
