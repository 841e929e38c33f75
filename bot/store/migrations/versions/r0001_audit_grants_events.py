"""Audit trail, limiter's ledger and Stripe events."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import append_only

revision = "0001"
down_revision = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the first tables."""
    _audit()
    op.create_table(
        "link_grants",
        sa.Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("link_grants_by_actor", "link_grants", ["actor", "at"])
    op.create_table(
        "stripe_events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("handled_at", sa.BigInteger),
    )
    op.create_index("stripe_events_unhandled", "stripe_events", ["handled_at", "received_at"])
    op.create_index("stripe_events_by_created", "stripe_events", ["created"])


def _audit() -> None:
    texts = ("customer", "subscription", "flow", "session", "channel", "reason")
    op.create_table(
        "audit",
        sa.Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("verb", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in texts),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("request_key", sa.Text, unique=True),
        sa.Column("forgotten_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_customer", "audit", ["customer", "id"])
    op.create_index("audit_by_actor", "audit", ["actor", "id"])
    op.create_index("audit_by_time", "audit", ["at"])
    op.create_table(
        "audit_pruning",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="audit_pruning_one_row"),
    )
    for statement in append_only.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
