"""The events that wait, in the order they are taken: PostgreSQL would otherwise sort all of them for each."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Replace the index over all events by one over those that wait."""
    waiting = sa.text("handled_at IS NULL")
    op.drop_index("stripe_events_unhandled", "stripe_events")
    op.create_index(
        "stripe_events_waiting",
        "stripe_events",
        ["received_at", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
