"""What each process holds of a limit that several share."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "shares",
        sa.Column("process", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger, nullable=False),
        sa.Column("calls", sa.Float, nullable=False),
        sa.Column("before", sa.Float, nullable=False),
        sa.Column("urgent", sa.Integer, nullable=False),
        sa.Column("other", sa.Integer, nullable=False),
        sa.Column("part", sa.Float, nullable=False),
    )
