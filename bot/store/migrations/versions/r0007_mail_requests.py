"""Mails that somebody has sent off in Slack, before they are queued or refused."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table of requests."""
    op.create_table(
        "mail_requests",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("request", sa.JSON, nullable=False),
        sa.Column("requeued", sa.Boolean, nullable=False),
        sa.Column("leased_until", sa.BigInteger, nullable=False),
    )
