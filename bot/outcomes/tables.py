"""The tables of links and of what came of them. The migrations create them; a test holds the two together."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Table, Text

from bot.store.tables import metadata

portal_links = Table(
    "portal_links",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("customer", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("recovers", Boolean, nullable=False),
    Column("place", JSON(none_as_null=True)),
    Column("due_at", BigInteger),
    Column("outcome", Text),
    Column("course", JSON(none_as_null=True)),
    Column("told", Text),
    Index("portal_links_by_customer", "customer", "at"),
    Index("portal_links_by_time", "at"),
)
"""One row per link that an agent was shown, by the id of its session (`bps_…`); its address stands nowhere.

`due_at` is when it is looked at next, None when nothing is expected any more. `outcome` is what
`outcome_of_link` says, `course` what was done through it and since then (`LinkActions`). `told` is what the
agent at `place` knows of it.
"""

_DUE = portal_links.c.due_at.is_not(None)
Index("portal_links_due", portal_links.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)
_PLACED = portal_links.c.place.is_not(None)
Index("portal_links_placed", portal_links.c.at, sqlite_where=_PLACED, postgresql_where=_PLACED)

customer_changes = Table(
    "customer_changes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Index("customer_changes_by_customer", "customer", "at"),
    Index("customer_changes_by_time", "at"),
)
"""What events said of customers lately: portal sessions, and changes while a link lives."""
