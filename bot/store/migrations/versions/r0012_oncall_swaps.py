"""Swaps of turns on call that somebody has been asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "oncall_swaps",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("turns", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("accepted", sa.Boolean),
        sqlite_autoincrement=True,
    )
