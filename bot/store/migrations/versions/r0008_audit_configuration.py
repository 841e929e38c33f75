"""The audit trail says with which portal configuration a link was made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; older lines do not say it."""
    op.add_column("audit", sa.Column("configuration", sa.Text))
