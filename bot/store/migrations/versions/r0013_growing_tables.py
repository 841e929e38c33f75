"""Indexes for what is looked for again and again among rows that are kept for years."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create them; what is due is found without the links of which nothing is expected any more."""
    op.drop_index("portal_links_due", "portal_links")
    _create("portal_links_due", "portal_links", "due_at", sa.text("due_at IS NOT NULL"))
    _create("portal_links_placed", "portal_links", "at", sa.text("place IS NOT NULL"))
    op.create_index("portal_links_by_time", "portal_links", ["at"])
    distinct = "IS NOT" if op.get_bind().dialect.name == "sqlite" else "IS DISTINCT FROM"
    _create("mails_untold", "mails", "finished_at", sa.text(f"told {distinct} state"))


def _create(name: str, table: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
