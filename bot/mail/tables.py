"""The tables of mails. The migrations create them; a test holds the two together."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, Table, Text

from bot.store.tables import metadata

mails = Table(
    "mails",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_key", Text, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("template", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text),
    Column("html", Text),
    Column("session", JSON(none_as_null=True)),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("give_up_at", BigInteger, nullable=False),
    Column("begun_at", BigInteger),
    Column("begun_by", Text),
    Column("finished_at", BigInteger),
    Column("code", Text),
    Column("reply", Text),
    Column("place", JSON(none_as_null=True)),
    Column("told", Text),
    Index("mails_by_state", "state", "due_at"),
    Index("mails_by_customer", "customer", "created_at"),
)
"""One row per mail: what is to be sent, and the begun and done that keep it from being sent twice.

`state` is queued, sending (begun, not done), sent, failed or parked; `told` is the last one its agent knows.
`request_key` is that of the audit line. `text` and `html` go once it is sent. `session` says what portal
session is to be made inside the sending step; its address stands nowhere.
"""

_UNTOLD = mails.c.told.is_distinct_from(mails.c.state)
Index("mails_untold", mails.c.finished_at, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)

mail_requests = Table(
    "mail_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("request", JSON, nullable=False),
    Column("requeued", Boolean, nullable=False),
    Column("leased_until", BigInteger, nullable=False),
)
"""Mails that somebody has sent off in Slack, and that are neither queued nor refused yet.

`id` is the mail's `request_key`; `request` is what Slack sent, which may hold the agent's note. `requeued`
says that a mail was queued again by it. Whoever decides about a row has it until `leased_until`.
"""
