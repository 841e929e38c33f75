"""What is still to be sent to Slack, one thing at a time per channel, whichever process sends it.

A channel is leased for one message: nobody else sends there until that is recorded or the lease has run out.
The time of the next message is kept with it, so that a pace or a 429 also binds the process that comes after.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, not_, select, union, update

from bot.alerts.alert import Alert, Facts, Note, Severity, Status
from bot.alerts.rows.reading import COLUMNS, alert_of, select_alerts
from bot.alerts.rows.tables import alert_notes, alerts, slack_pace
from bot.alerts.rows.to_send import AlertToSend, NoteToSend, ToSend, Waiting
from bot.store.database import Database
from bot.store.inserts import insert_new, storable_json

LEASE_MS = 15_000
"""Longer than a call to Slack can take; a process that dies while sending blocks its channel for so long."""

SKEW_MS = 10_000
"""How far the clocks of two processes may be apart: what one has just leased is leased for the other."""

LONGEST_WAIT_MS = 300_000
"""How far ahead the next message of a channel can be; beyond that a clock was ahead when it was written."""

_NOTE = tuple(alert_notes.c[field.name] for field in fields(Note))
_BEHIND = (alerts.c.revision > alerts.c.posted_revision) & alerts.c.channel.is_not(None)
# What was over before anybody was told needs no telling.
_NEW = _BEHIND & alerts.c.message_ts.is_(None) & (alerts.c.status != Status.RESOLVED.value)
_CHANGED = _BEHIND & alerts.c.message_ts.is_not(None)
# Pages that have been seen to; the severity of one may be less by now, that it was escalated stays.
_SEEN_TO = (alerts.c.status != Status.OPEN.value) & (
    (alerts.c.severity == Severity.PAGE.value) | (alerts.c.escalated_episode > 0)
)
_URGENT = case((alerts.c.severity == Severity.PAGE.value, 0), else_=1)
# The first condition finds the few alerts that have such notes.
_OLD_COPY = (alerts.c.revision > alerts.c.copied_revision) & (
    alert_notes.c.posted_revision < alerts.c.revision
)


class AlertOutbox:
    """The queue of one sending process. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database, process: str) -> None:
        """`process` tells this sender from others."""
        self._database = database
        self._process = process
        self._just_changed: set[str] = set()

    async def channels(self, now_ms: int) -> Waiting:
        """List channels in which something may be sent now, and when one that has to wait is due."""
        paced = select(slack_pace.c.channel, _held_until(now_ms)).where(not_(_is_free(now_ms)))

        def work(connection: Connection) -> Waiting:
            waiting = set(connection.scalars(_channels_with_work())) - {None}
            if not waiting:
                return Waiting(())
            held = {channel: until for channel, until in connection.execute(paced) if channel in waiting}
            return Waiting(tuple(sorted(waiting - held.keys())), min(held.values(), default=None))

        return await self._database.read(work)

    async def take(self, channel: str, now_ms: int) -> ToSend | None:
        """Lease the channel and take what is to be sent there first; None when another was quicker.

        Of changes, no second one goes ahead of the rest: a page that somebody has taken can go on changing.
        """
        ahead = channel not in self._just_changed
        found = await self._database.write(lambda connection: self._take(connection, channel, now_ms, ahead))
        if isinstance(found, AlertToSend) and found.alert.message_ts is not None:
            self._just_changed.add(channel)
        elif found is not None:
            self._just_changed.discard(channel)
        return found

    def _take(self, connection: Connection, channel: str, now_ms: int, ahead: bool) -> ToSend | None:
        fresh = {"channel": channel, "next_at_ms": 0, "leased_until": 0}
        insert_new(connection, slack_pace, slack_pace.c.channel, fresh)
        leasing = (
            update(slack_pace)
            .where(slack_pace.c.channel == channel, _is_free(now_ms))
            .values(leased_by=self._process, leased_until=now_ms + LEASE_MS)
            .returning(slack_pace.c.channel)
        )
        if connection.execute(leasing).first() is None:
            return None
        found = _next(connection, channel, now_ms // 1000, ahead)
        if found is None:
            self._release(connection, channel, 0)
        return found

    async def renew(self, channel: str, now_ms: int) -> bool:
        """Lease the channel for longer, right before something is sent; False when another has it by now."""
        renewing = update(slack_pace).where(self._mine(channel)).values(leased_until=now_ms + LEASE_MS)
        returning = renewing.returning(slack_pace.c.channel)
        return await self._database.write(
            lambda connection: connection.execute(returning).first() is not None, lasting=False, wakes=False
        )

    async def sent(
        self, item: ToSend, pace: str, next_at_ms: int, *, channel: str, ts: str, about: Facts | None = None
    ) -> bool:
        """Record what Slack took; `channel` and `ts` are where it stands, `pace` is the leased channel.

        False when another process has the channel by now, and nothing was recorded.
        """

        def work(connection: Connection) -> bool:
            if connection.execute(select(slack_pace.c.channel).where(self._mine(pace))).first() is None:
                return False
            where: dict[str, Any] = {"message_channel": channel, "message_ts": ts, "posting_at": None}
            if isinstance(item, AlertToSend):
                values = where | {"posted_revision": item.alert.revision} | _looked_up(item.alert, about)
                connection.execute(update(alerts).where(alerts.c.id == item.alert.id).values(values))
            else:
                _note_sent(connection, item, where | {"posted_at": next_at_ms // 1000}, about)
            self._release(connection, pace, next_at_ms)
            return True

        return await self._database.write(work)

    async def not_sent(self, item: ToSend, pace: str, next_at_ms: int, *, in_doubt: bool) -> None:
        """Give the channel back until the next try; `in_doubt` when Slack may have taken it all the same."""

        def work(connection: Connection) -> None:
            if not in_doubt:
                self._forget_attempt(connection, item)
            self._release(connection, pace, next_at_ms)

        await self._database.write(work)

    async def give_up(self, item: ToSend, pace: str, next_at_ms: int) -> None:
        """Send this no more: Slack will never take it."""

        def work(connection: Connection) -> None:
            if isinstance(item, AlertToSend):
                same = alerts.c.id == item.alert.id
                connection.execute(update(alerts).where(same).values(posted_revision=item.alert.revision))
            else:
                _note_sent(connection, item, {"posted_at": next_at_ms // 1000}, None)
            self._release(connection, pace, next_at_ms)

        await self._database.write(work)

    async def message_gone(self, alert: Alert, pace: str) -> None:
        """Have the alert's message posted anew: somebody deleted it."""

        def work(connection: Connection) -> None:
            gone = {"message_ts": None, "message_channel": None, "posting_at": None, "posted_revision": 0}
            connection.execute(update(alerts).where(alerts.c.id == alert.id).values(gone))
            self._release(connection, pace, 0)

        await self._database.write(work)

    async def id_of_channel(self, channel: str) -> str | None:
        """Find the id of a channel that is known by its name, from an earlier message in it."""
        if not channel.startswith("#"):
            return channel
        query = select(alerts.c.message_channel).where(
            alerts.c.channel == channel, alerts.c.message_channel.is_not(None)
        )
        return await self._database.read(lambda connection: connection.scalar(query.limit(1)))

    def _release(self, connection: Connection, channel: str, next_at_ms: int) -> None:
        values: Mapping[str, Any] = {"leased_by": None, "leased_until": 0, "next_at_ms": next_at_ms}
        connection.execute(update(slack_pace).where(self._mine(channel)).values(values))

    def _mine(self, channel: str) -> ColumnElement[bool]:
        return (slack_pace.c.channel == channel) & (slack_pace.c.leased_by == self._process)

    def _forget_attempt(self, connection: Connection, item: ToSend) -> None:
        if isinstance(item, AlertToSend):
            connection.execute(update(alerts).where(alerts.c.id == item.alert.id).values(posting_at=None))
        else:
            same = alert_notes.c.id == item.note.id
            connection.execute(update(alert_notes).where(same).values(posting_at=None))


def _looked_up(alert: Alert, about: Facts | None) -> dict[str, Any]:
    if about is None:
        return {}
    # The customer behind a dispute's charge: found by commands, and forgotten on request.
    return {"about": storable_json(about), "customer": alert.customer or about.get("customer")}


def _note_sent(connection: Connection, item: NoteToSend, values: dict[str, Any], about: Facts | None) -> None:
    same, alert = alert_notes.c.id == item.note.id, item.shown
    if alert is None:
        connection.execute(update(alert_notes).where(same).values(values))
        return
    # A copy that was never posted follows nothing.
    is_there = bool(values.get("message_ts") or item.note.message_ts)
    follows = {"posted_revision": alert.revision} if is_there else {}
    connection.execute(update(alert_notes).where(same).values(values | follows))
    oldest = select(func.min(alert_notes.c.posted_revision)).where(alert_notes.c.alert_id == alert.id)
    known = {"copied_revision": oldest.scalar_subquery()} | _looked_up(alert, about)
    connection.execute(update(alerts).where(alerts.c.id == alert.id).values(known))


def _is_free(now_ms: int) -> ColumnElement[bool]:
    """Select channels that nobody has leased and whose time has come, if such times are to be believed."""
    paced = slack_pace.c.next_at_ms.between(now_ms + 1, now_ms + LONGEST_WAIT_MS)
    leased = slack_pace.c.leased_until.between(now_ms + 1, now_ms + LEASE_MS + SKEW_MS)
    return not_(paced) & not_(leased)


def _held_until(now_ms: int) -> ColumnElement[int]:
    """Select until when a channel that is not free is held, by its pace or by a lease."""
    paced = slack_pace.c.next_at_ms.between(now_ms + 1, now_ms + LONGEST_WAIT_MS)
    return case((paced, slack_pace.c.next_at_ms), else_=slack_pace.c.leased_until)


def _waiting_notes() -> Select[Any]:
    """Select notes that can go out: into a thread only once that has its first message."""
    joined = alert_notes.outerjoin(alerts, alerts.c.id == alert_notes.c.alert_id)
    ready = alert_notes.c.channel.is_not(None) | alerts.c.message_ts.is_not(None)
    return select().select_from(joined).where(alert_notes.c.posted_at.is_(None), ready)


def _note_channel() -> Any:
    return case((alert_notes.c.channel.is_not(None), alert_notes.c.channel), else_=alerts.c.channel)


def _channels_with_work() -> Any:
    return union(
        select(alerts.c.channel).where(_NEW),
        select(alerts.c.channel).where(_CHANGED),
        _waiting_notes().add_columns(_note_channel()),
        _old_copies().add_columns(alert_notes.c.channel),
    )


def _old_copies() -> Select[Any]:
    """Select direct messages that show an older state of their alert."""
    return (
        select().select_from(alerts.join(alert_notes, alert_notes.c.alert_id == alerts.c.id)).where(_OLD_COPY)
    )


def _next(connection: Connection, channel: str, now: int, ahead: bool) -> ToSend | None:
    """Take the most urgent: pages, what is said and (if `ahead`) done about them, notices, notes, changes."""
    here = alerts.c.channel == channel
    unposted = select_alerts().where(_NEW, here).order_by(_URGENT, alerts.c.id)
    row = connection.execute(unposted.limit(1)).first()
    new = alert_of(row) if row else None
    if new is None or new.severity is not Severity.PAGE:
        first: ToSend | None = _next_note(connection, channel, now, of_pages=True)
        first = first or (_next_change(connection, here & _SEEN_TO) if ahead else None)
        first = first or (_next_note(connection, channel, now, of_pages=False) if new is None else None)
        if first is not None:
            return first
    if new is not None:
        in_doubt = new.posting_at is not None
        if not in_doubt:
            connection.execute(update(alerts).where(alerts.c.id == new.id).values(posting_at=now))
        return AlertToSend(new, in_doubt)
    return _next_change(connection, here, _URGENT) or _next_copy(connection, channel)


def _next_note(connection: Connection, channel: str, now: int, *, of_pages: bool) -> NoteToSend | None:
    query = _waiting_notes().add_columns(*_NOTE).where(_note_channel() == channel)
    if of_pages:
        query = query.where(alerts.c.severity == Severity.PAGE.value)
    row = connection.execute(query.order_by(alert_notes.c.id).limit(1)).first()
    if row is None:
        return None
    note = Note(**row._mapping)
    if note.posting_at is None:
        connection.execute(update(alert_notes).where(alert_notes.c.id == note.id).values(posting_at=now))
    return NoteToSend(note, _alert_of_note(connection, note), note.posting_at is not None)


def _next_change(connection: Connection, which: ColumnElement[bool], *order: Any) -> AlertToSend | None:
    query = select_alerts().where(_CHANGED, which).order_by(*order, alerts.c.changed_at, alerts.c.id)
    row = connection.execute(query.limit(1)).first()
    return AlertToSend(alert_of(row), in_doubt=False) if row else None


def _next_copy(connection: Connection, channel: str) -> NoteToSend | None:
    query = _old_copies().add_columns(*_NOTE).where(alert_notes.c.channel == channel)
    row = connection.execute(query.order_by(alerts.c.changed_at, alert_notes.c.id).limit(1)).first()
    if row is None:
        return None
    note = Note(**row._mapping)
    return NoteToSend(note, _alert_of_note(connection, note), in_doubt=False)


def _alert_of_note(connection: Connection, note: Note) -> Alert | None:
    if note.alert_id is None:
        return None
    found = connection.execute(select(*COLUMNS).where(alerts.c.id == note.alert_id)).first()
    return alert_of(found) if found else None
