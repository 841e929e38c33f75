"""A change of the portal's settings says which process carries it out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column("portal_changes", sa.Column("begun_by", sa.Text))
