"""Heartbeats of the processes that run jobs, and mails."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "engine_processes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("pid", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("beat_at", sa.BigInteger, nullable=False),
    )
    needed = ("actor", "customer", "template", "locale", "recipient", "subject", "state")
    op.create_table(
        "mails",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("request_key", sa.Text, unique=True),
        sa.Column("livemode", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in needed),
        *(sa.Column(name, sa.Text) for name in ("text", "html", "begun_by", "code", "reply", "told")),
        *(sa.Column(name, sa.JSON) for name in ("session", "place")),
        sa.Column("attempt", sa.Integer, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("created_at", "due_at", "give_up_at")),
        *(sa.Column(name, sa.BigInteger) for name in ("begun_at", "finished_at")),
    )
    op.create_index("mails_by_state", "mails", ["state", "due_at"])
    op.create_index("mails_by_customer", "mails", ["customer", "created_at"])
