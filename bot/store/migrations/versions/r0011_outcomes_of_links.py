"""What came of portal links."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "portal_links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("customer", "actor", "verb")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("livemode", "recovers")),
        *(sa.Column(name, sa.JSON) for name in ("place", "course")),
        sa.Column("due_at", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in ("outcome", "told")),
    )
    op.create_index("portal_links_by_customer", "portal_links", ["customer", "at"])
    op.create_index("portal_links_due", "portal_links", ["due_at"])
    op.create_table(
        "customer_changes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index("customer_changes_by_customer", "customer_changes", ["customer", "at"])
    op.create_index("customer_changes_by_time", "customer_changes", ["at"])
