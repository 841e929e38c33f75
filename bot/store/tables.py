"""The tables, as SQLAlchemy Core sees them. The migrations create them; a test holds the two together.

Times are Unix seconds, as everywhere in the bot.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

# SQLite numbers rows by itself only for INTEGER; AUTOINCREMENT never gives a pruned row's number again.
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")

audit = Table(
    "audit",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
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
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
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


alerts = Table(
    "alerts",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
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
    Index("alerts_by_customer", "customer", "id"),
    Index("alerts_by_rule", "rule", "raised_at"),
    Index("alerts_by_status", "status", "id"),
    sqlite_autoincrement=True,
)
"""One row per alert, which is one Slack message; where `revision` > `posted_revision`, it is to be sent."""

_NOT_RESOLVED = alerts.c.status != "resolved"
Index(
    "alerts_one_per_group",
    alerts.c.group_key,
    unique=True,
    sqlite_where=_NOT_RESOLVED,
    postgresql_where=_NOT_RESOLVED,
)
_UNPOSTED = alerts.c.revision > alerts.c.posted_revision
Index("alerts_unposted", alerts.c.channel, sqlite_where=_UNPOSTED, postgresql_where=_UNPOSTED)

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
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
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
    Index("alert_notes_by_alert", "alert_id"),
    Index("alert_notes_unposted", "posted_at", "id"),
    sqlite_autoincrement=True,
)
"""Replies in an alert's thread, and messages elsewhere (a direct message, the digest), sent in order."""

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

mails = Table(
    "mails",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_key", Text, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("template", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text),
    Column("html", Text),
    Column("session", JSON(none_as_null=True)),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("give_up_at", BigInteger, nullable=False),
    Column("begun_at", BigInteger),
    Column("begun_by", Text),
    Column("finished_at", BigInteger),
    Column("code", Text),
    Column("reply", Text),
    Column("place", JSON(none_as_null=True)),
    Column("told", Text),
    Index("mails_by_state", "state", "due_at"),
    Index("mails_by_customer", "customer", "created_at"),
)
"""One row per mail: what is to be sent, and the begun and done that keep it from being sent twice.

`state` is queued, sending (begun, not done), sent, failed or parked; `told` is the last one its agent knows.
`request_key` is that of the audit line. `text` and `html` go once it is sent. `session` says what portal
session is to be made inside the sending step; its address stands nowhere.
"""

oncall_overrides = Table(
    "oncall_overrides",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("person", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("oncall_overrides_by_end", "ends_at"),
    sqlite_autoincrement=True,
)
"""Who stands in on call, by Slack user id."""

recurring = Table(
    "recurring",
    metadata,
    Column("id", Text, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
)
"""When something that all processes together do once in a while was done last, by its name."""
