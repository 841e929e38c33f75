"""How alerts leave the database: by age, and when somebody asks to be forgotten."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select, update

from bot.alerts.alert import Status
from bot.alerts.rows.tables import alert_events, alert_mutes, alert_notes, alerts, oncall_overrides
from bot.store.database import Database

BATCH = 500


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """Where a message of ours stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Traces:
    """What leads to a customer outside our own tables: Slack messages and jobs, by their keys."""

    messages: tuple[PostedMessage, ...]
    jobs: tuple[str, ...]


async def prune_alerts(database: Database, before: int) -> int:
    """Delete alerts resolved before `before` (Unix seconds), with what belongs to them; how many.

    In batches, each with its own transaction. What happened and made no alert goes by its own age, and so do
    people who stood in. Raises Unavailable.
    """
    total = 0
    while True:
        count = await database.write(lambda connection: _prune_batch(connection, before))
        total += count
        if count < BATCH:
            break
    await database.write(lambda connection: _prune_rest(connection, before))
    return total


def _prune_batch(connection: Connection, before: int) -> int:
    over = (
        select(alerts.c.id)
        .where(alerts.c.status == Status.RESOLVED.value, alerts.c.resolved_at < before)
        .order_by(alerts.c.id)
        .limit(BATCH)
    )
    ids = connection.scalars(over).all()
    connection.execute(delete(alert_notes).where(alert_notes.c.alert_id.in_(ids)))
    connection.execute(delete(alert_events).where(alert_events.c.alert_id.in_(ids)))
    connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    return len(ids)


def _prune_rest(connection: Connection, before: int) -> None:
    mine = select(alerts.c.id)
    orphaned = or_(alert_events.c.alert_id.is_(None), alert_events.c.alert_id.not_in(mine))
    connection.execute(delete(alert_events).where(alert_events.c.at < before, orphaned))
    connection.execute(
        delete(alert_notes).where(alert_notes.c.alert_id.is_(None), alert_notes.c.created_at < before)
    )
    connection.execute(delete(alert_mutes).where(alert_mutes.c.until < before))
    connection.execute(delete(oncall_overrides).where(oncall_overrides.c.ends_at < before))


async def traces_of(database: Database, customer: str) -> Traces:
    """Find what leads to a customer in Slack and in the engine. Raises Unavailable."""

    def work(connection: Connection) -> Traces:
        own = connection.execute(select(alerts).where(alerts.c.customer == customer)).all()
        ids = [row.id for row in own]
        notes = connection.execute(select(alert_notes).where(alert_notes.c.alert_id.in_(ids))).all()
        places = [(row.message_channel, row.message_ts) for row in (*notes, *own)]
        escalations = [f"escalate:{row.id}:{episode + 1}" for row in own for episode in range(row.episode)]
        return Traces(
            tuple(PostedMessage(channel, ts) for channel, ts in places if channel and ts),
            tuple(escalations),
        )

    return await database.read(work)


async def forget_alerts(database: Database, customer: str) -> int:
    """Delete a customer's alerts and what they said; how many. Raises Unavailable.

    What each event did keeps its id and its time, so that a repeated delivery has no second effect.
    """
    return await database.write(lambda connection: _forget(connection, customer))


def _forget(connection: Connection, customer: str) -> int:
    ids = connection.scalars(select(alerts.c.id).where(alerts.c.customer == customer)).all()
    about = or_(alert_events.c.customer == customer, alert_events.c.alert_id.in_(ids))
    emptied: dict[str, object] = {"customer": None, "subscription": None, "alert_id": None, "facts": {}}
    connection.execute(update(alert_events).where(about).values(**emptied, group_key=alert_events.c.id))
    connection.execute(delete(alert_notes).where(alert_notes.c.alert_id.in_(ids)))
    connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    return len(ids)
