"""Direct messages about an alert follow it, and an alert knows since when it escalates."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_UNCOPIED = sa.text("revision > copied_revision")


def upgrade() -> None:
    """Add the columns; direct messages of before stay as they are."""
    op.add_column("alerts", sa.Column("escalated_at", sa.BigInteger))
    op.add_column("alerts", sa.Column("copied_revision", sa.Integer))
    op.add_column("alert_notes", sa.Column("posted_revision", sa.Integer))
    op.create_index("alerts_uncopied", "alerts", ["id"], sqlite_where=_UNCOPIED, postgresql_where=_UNCOPIED)
