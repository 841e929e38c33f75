"""Changes of portal configurations: asked for, approved, made, undone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NEEDED = ("configuration", "actor", "version", "state")
_TEXTS = (
    "name", "customer", "rule", "decided_by", "code", "said", "result_version", "channel", "ts", "shown",
    "told",
)  # fmt: skip
_NUMBERS = ("decided_at", "begun_at", "finished_at", "undo_of", "told_at")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "portal_changes",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("request_key", sa.Text, unique=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("created_at", "expires_at")),
        sa.Column("livemode", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _NEEDED),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("before", "after")),
        *(sa.Column(name, sa.JSON) for name in ("effects", "place")),
        *(sa.Column(name, sa.Text) for name in _TEXTS),
        *(sa.Column(name, sa.BigInteger) for name in _NUMBERS),
        sqlite_autoincrement=True,
    )
    op.create_index("portal_changes_by_state", "portal_changes", ["state", "created_at"])
    op.create_index("portal_changes_by_configuration", "portal_changes", ["configuration", "created_at"])
    op.create_index("portal_changes_by_customer", "portal_changes", ["customer"])
