"""Alerts, what made them, their thread replies, mutes, and the pace towards Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NOT_RESOLVED = sa.text("status != 'resolved'")
_UNPOSTED = sa.text("revision > posted_revision")


def upgrade() -> None:
    """Create the tables of alerts."""
    _alerts()
    _alert_events()
    op.create_table(
        "alert_notes",
        sa.Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("alert_id", sa.BigInteger),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("channel", sa.Text),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("posting_at", sa.BigInteger),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("message_channel", sa.Text),
        sa.Column("message_ts", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("alert_notes_by_alert", "alert_notes", ["alert_id"])
    op.create_index("alert_notes_unposted", "alert_notes", ["posted_at", "id"])
    op.create_table(
        "alert_mutes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "slack_pace",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("next_at_ms", sa.BigInteger, nullable=False),
        sa.Column("leased_by", sa.Text),
        sa.Column("leased_until", sa.BigInteger, nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("rule", "template", "severity", "group_key", "status")
        ),
        sa.Column("storm", sa.Boolean, nullable=False),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("customer", "subscription", "object")),
        sa.Column("amount", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("runbook", sa.Text),
        sa.Column("count", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("first_at", "last_at", "raised_at", "changed_at")
        ),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("escalated_episode", sa.Integer, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("acknowledged_by", sa.Text),
        sa.Column("acknowledged_at", sa.BigInteger),
        sa.Column("snoozed_by", sa.Text),
        sa.Column("snoozed_until", sa.BigInteger),
        sa.Column("resolved_by", sa.Text),
        sa.Column("resolved_at", sa.BigInteger),
        sa.Column("channel", sa.Text),
        sa.Column("message_channel", sa.Text),
        sa.Column("message_ts", sa.Text),
        sa.Column("posting_at", sa.BigInteger),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("posted_revision", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_by_customer", "alerts", ["customer", "id"])
    op.create_index("alerts_by_rule", "alerts", ["rule", "raised_at"])
    op.create_index("alerts_by_status", "alerts", ["status", "id"])
    op.create_index(
        "alerts_one_per_group",
        "alerts",
        ["group_key"],
        unique=True,
        sqlite_where=_NOT_RESOLVED,
        postgresql_where=_NOT_RESOLVED,
    )
    op.create_index(
        "alerts_unposted", "alerts", ["channel"], sqlite_where=_UNPOSTED, postgresql_where=_UNPOSTED
    )


def _alert_events() -> None:
    op.create_table(
        "alert_events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("alert_id", sa.BigInteger),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("rule", "type", "effect", "severity", "group_key")
        ),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("handled_at", sa.BigInteger, nullable=False),
        sa.Column("customer", sa.Text),
        sa.Column("subscription", sa.Text),
        sa.Column("amount", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index("alert_events_by_alert", "alert_events", ["alert_id"])
    op.create_index("alert_events_by_group", "alert_events", ["group_key", "at"])
    op.create_index("alert_events_by_rule", "alert_events", ["rule", "handled_at"])
    op.create_index("alert_events_by_time", "alert_events", ["at"])
    op.create_index("alert_events_by_customer", "alert_events", ["customer", "at"])
