"""How alerts leave the database: by age, and when somebody asks to be forgotten."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from bot.alerts.alert import Status
from bot.alerts.rows.tables import (
    alert_events,
    alert_mutes,
    alert_notes,
    alerts,
    oncall_overrides,
    oncall_swaps,
)
from bot.store.batches import delete_in_batches, in_batches
from bot.store.database import Database


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
    total = await in_batches(database, lambda *batch: _prune_batch(before, *batch))
    mine = exists().where(alerts.c.id == alert_events.c.alert_id)
    old = select(alert_events.c.id).where(alert_events.c.at < before, ~mine).order_by(alert_events.c.at)
    await delete_in_batches(database, alert_events, old)
    lonely = alert_notes.c.alert_id.is_(None) & (alert_notes.c.created_at < before)
    await delete_in_batches(database, alert_notes, select(alert_notes.c.id).where(lonely))
    await database.write(lambda connection: _prune_rest(connection, before), lasting=False)
    return total


def _prune_batch(before: int, connection: Connection, last: int | None, size: int) -> tuple[int | None, int]:
    """Look through the resolved alerts after `last`, in the order of their ids."""
    resolved = select(alerts.c.id, alerts.c.resolved_at).where(alerts.c.status == Status.RESOLVED.value)
    after = resolved.where(alerts.c.id > (last or 0)).order_by(alerts.c.id)
    rows = connection.execute(after.limit(size)).all()
    ids = [row.id for row in rows if row.resolved_at < before]
    connection.execute(delete(alert_notes).where(alert_notes.c.alert_id.in_(ids)))
    connection.execute(delete(alert_events).where(alert_events.c.alert_id.in_(ids)))
    connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    return (rows[-1].id if len(rows) == size else None), len(ids)


def _prune_rest(connection: Connection, before: int) -> None:
    connection.execute(delete(alert_mutes).where(alert_mutes.c.until < before))
    connection.execute(delete(oncall_overrides).where(oncall_overrides.c.ends_at < before))
    connection.execute(delete(oncall_swaps).where(oncall_swaps.c.expires_at < before))


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
    count = await in_batches(database, lambda *batch: _forget_alerts(customer, *batch))
    await in_batches(database, lambda *batch: _forget_events(customer, *batch))
    return count


_EMPTIED: dict[str, object] = {"customer": None, "subscription": None, "alert_id": None, "facts": {}}


def _forget_alerts(customer: str, connection: Connection, _: object, size: int) -> tuple[object, int]:
    ids = connection.scalars(select(alerts.c.id).where(alerts.c.customer == customer).limit(size)).all()
    _empty(connection, alert_events.c.alert_id.in_(ids))
    connection.execute(delete(alert_notes).where(alert_notes.c.alert_id.in_(ids)))
    connection.execute(delete(alerts).where(alerts.c.id.in_(ids)))
    return (True if len(ids) == size else None), len(ids)


def _forget_events(customer: str, connection: Connection, _: object, size: int) -> tuple[object, int]:
    of_customer = select(alert_events.c.id).where(alert_events.c.customer == customer)
    ids = connection.scalars(of_customer.limit(size)).all()
    _empty(connection, alert_events.c.id.in_(ids))
    return (True if len(ids) == size else None), len(ids)


def _empty(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(alert_events).where(which).values(**_EMPTIED, group_key=alert_events.c.id))
