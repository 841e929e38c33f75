"""Replies in an alert's thread and messages elsewhere; the sender takes them in order."""

from sqlalchemy import Connection

from bot.alerts.alert import Facts
from bot.alerts.rows.tables import alert_notes
from bot.store.inserts import insert_new, storable_json


def add_note(
    connection: Connection,
    alert_id: int | None,
    key: str,
    template: str,
    facts: Facts,
    now: int,
    channel: str | None = None,
) -> bool:
    """Have a message sent once for this key; False when there was one for it already."""
    row = {
        "alert_id": alert_id,
        "key": key,
        "channel": channel,
        "template": template,
        "facts": storable_json(facts),
        "created_at": now,
    }
    return insert_new(connection, alert_notes, alert_notes.c.key, row)
