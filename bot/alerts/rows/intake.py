"""What an occurrence does, in one transaction with the proof that it did it: once, whatever happens."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.alerts.alert import LONGEST_MUTE, Alert, Effect, Occurrence, Outcome, Severity, Status, StormLimit
from bot.alerts.merging import counted, ended, followed, raised
from bot.alerts.rows.notes import add_note
from bot.alerts.rows.reading import COLUMNS, alert_of, changed, locked, select_alerts
from bot.alerts.rows.tables import NOT_RESOLVED, alert_events, alert_mutes, alerts
from bot.durations import MINUTE
from bot.store.events import EVENT_COLUMNS, StoredEvent
from bot.store.inserts import insert_new, storable, storable_json
from bot.store.tables import stripe_events

Read = Callable[[StoredEvent], Sequence[Occurrence]]
"""What an event means. Called inside the transaction: pure, and quick."""
STORM_PREFIX = "storm:"

# Built once: putting a statement together costs more than running it.
_WAITING = (
    select(*EVENT_COLUMNS)
    .where(stripe_events.c.handled_at.is_(None))
    .order_by(stripe_events.c.received_at, stripe_events.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_MARKING = (
    update(stripe_events)
    .where(stripe_events.c.id == bindparam("event"), stripe_events.c.handled_at.is_(None))
    .values(handled_at=bindparam("now"))
    .returning(stripe_events.c.id)
)
_DONE = (
    update(alert_events)
    .where(alert_events.c.id == bindparam("key"))
    .values(effect=bindparam("done"), alert_id=bindparam("to"))
)
_UNRESOLVED = (
    select_alerts().where(alerts.c.group_key == bindparam("group"), NOT_RESOLVED).limit(1).with_for_update()
)
_ENDED_SINCE = (
    select(alert_events.c.id)
    .where(
        alert_events.c.group_key == bindparam("group"),
        alert_events.c.effect == Effect.RESOLVED.value,
        alert_events.c.at >= bindparam("at"),
    )
    .limit(1)
)
_LAST_OF_GROUP = select(func.max(alert_events.c.alert_id)).where(
    alert_events.c.group_key == bindparam("group")
)
_NEW_LATELY = (
    select(alert_events.c.id)
    .where(
        alert_events.c.rule == bindparam("rule"),
        alert_events.c.handled_at.between(bindparam("from"), bindparam("to")),
        alert_events.c.effect.in_([Effect.RAISED.value, Effect.COLLAPSED.value]),
    )
    .limit(bindparam("most"))
)
_COUNTED_LATELY = (
    select(alert_events.c.id)
    .where(alert_events.c.type == bindparam("type"), alert_events.c.at > bindparam("after"))
    .limit(bindparam("most"))
)
_OF_RULES = _COUNTED_LATELY.where(alert_events.c.rule.in_(bindparam("rules", expanding=True)))
_OF_OTHERS = _COUNTED_LATELY.where(alert_events.c.rule != bindparam("rule"))
_MUTED = select(alert_mutes.c.id).where(
    alert_mutes.c.id == bindparam("rule"), alert_mutes.c.until.between(bindparam("from"), bindparam("to"))
)


def handle_event(
    connection: Connection, event_id: str, occurrences: Sequence[Occurrence], storm: StormLimit, now: int
) -> tuple[Outcome, ...] | None:
    """Give a stored Stripe event its effect and mark it handled; None when it had been already."""
    if connection.execute(_MARKING, {"event": event_id, "now": now}).first() is None:
        return None
    outcomes = (raise_or_count(connection, each, storm, now) for each in occurrences)
    return tuple(outcome for outcome in outcomes if outcome is not None)


def handle_next(
    connection: Connection,
    read: Read,
    storm: StormLimit,
    now: int,
    aside: Sequence[str] = (),
    kinds: Sequence[str] = (),
) -> tuple[Outcome, ...] | None:
    """Handle the oldest event that is not `aside` and no other process is at; None when there is none.

    With `kinds` it is the oldest of these types.
    """
    waiting = _WAITING.where(stripe_events.c.id.not_in(aside)) if aside else _WAITING
    row = connection.execute(waiting.where(stripe_events.c.type.in_(kinds)) if kinds else waiting).first()
    if row is None:
        return None
    event = StoredEvent(**row._mapping)
    return handle_event(connection, event.id, read(event), storm, now)


def raise_or_count(
    connection: Connection, occurrence: Occurrence, storm: StormLimit, now: int
) -> Outcome | None:
    """Raise an alert, count the occurrence onto one, or end one; None when its key had its effect already."""
    if occurrence.severity is Severity.IGNORE or _is_rare(connection, occurrence):
        return Outcome(occurrence, Effect.IGNORED, None)
    if not insert_new(connection, alert_events, alert_events.c.id, _event_row(occurrence, now)):
        return None
    effect, alert = _effect(connection, occurrence, storm, now)
    done = {"key": occurrence.key, "done": effect.value, "to": alert.id if alert else None}
    connection.execute(_DONE, done)
    return Outcome(occurrence, effect, alert)


def _effect(
    connection: Connection, occurrence: Occurrence, storm: StormLimit, now: int
) -> tuple[Effect, Alert | None]:
    if occurrence.resolves:
        over = _end(connection, occurrence, now)
        if over is not None or not occurrence.follows:
            return Effect.RESOLVED, over
    is_collected = occurrence.severity is Severity.DIGEST
    if not is_collected and _is_muted(connection, occurrence.rule, now):
        return Effect.MUTED, None
    if occurrence.follows:
        earlier = _last_if_over(connection, occurrence.group_key)
        if earlier is not None:
            return Effect.MERGED, _follow(connection, earlier, occurrence, now)
    if is_collected:
        return Effect.COLLECTED, None
    if not occurrence.resolves and _is_over(connection, occurrence):
        return Effect.SUPERSEDED, None
    return _onto_an_alert(connection, occurrence, storm, now)


def _onto_an_alert(
    connection: Connection, occurrence: Occurrence, storm: StormLimit, now: int
) -> tuple[Effect, Alert]:
    while True:
        alert = _unresolved(connection, occurrence.group_key)
        if alert is not None:
            effect = Effect.COUNTED if occurrence.counts else Effect.MERGED
            return effect, _count(connection, alert, occurrence, now)
        if _is_storm(connection, occurrence.rule, storm, now):
            return Effect.COLLAPSED, _into_storm(connection, occurrence, now)
        made = _insert(connection, occurrence, occurrence.group_key, now)
        if made is not None:
            return Effect.RAISED, made
        # Another worker raised it since we looked: now there is one to count onto.


def _into_storm(connection: Connection, occurrence: Occurrence, now: int) -> Alert:
    key = STORM_PREFIX + occurrence.rule
    while True:
        alert = _unresolved(connection, key)
        if alert is not None:
            return _count(connection, alert, occurrence, now)
        made = _insert(connection, occurrence, key, now)
        if made is not None:
            return made


def _unresolved(connection: Connection, group_key: str) -> Alert | None:
    row = connection.execute(_UNRESOLVED, {"group": group_key}).first()
    return alert_of(row) if row else None


def _insert(connection: Connection, occurrence: Occurrence, group_key: str, now: int) -> Alert | None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = raised(occurrence, group_key, now)
    values["facts"] = storable_json(occurrence.facts)
    unless_there = insert(alerts).on_conflict_do_nothing(
        index_elements=[alerts.c.group_key], index_where=NOT_RESOLVED
    )
    statement = unless_there.values(values).returning(*COLUMNS)
    row = connection.execute(statement).first()
    return alert_of(row) if row else None


def _count(connection: Connection, alert: Alert, occurrence: Occurrence, now: int) -> Alert:
    if occurrence.at >= alert.last_at and not alert.storm:
        _add_note(connection, alert, occurrence, now)
    return changed(connection, alert, now, counted(alert, occurrence))


def _end(connection: Connection, occurrence: Occurrence, now: int) -> Alert | None:
    alert = _unresolved(connection, occurrence.group_key)
    if alert is None or alert.last_at > occurrence.at:
        return None
    _add_note(connection, alert, occurrence, now)
    return changed(connection, alert, now, ended(alert, occurrence, now))


def _last_if_over(connection: Connection, group_key: str) -> Alert | None:
    """Return the group's last alert when that is over."""
    number = connection.scalar(_LAST_OF_GROUP, {"group": group_key})
    last = locked(connection, alerts.c.id == number) if number else None
    return last if last is not None and last.status is Status.RESOLVED else None


def _follow(connection: Connection, alert: Alert, occurrence: Occurrence, now: int) -> Alert:
    if occurrence.at >= alert.last_at:
        _add_note(connection, alert, occurrence, now)
    return changed(connection, alert, now, followed(alert, occurrence))


def _add_note(connection: Connection, alert: Alert, occurrence: Occurrence, now: int) -> None:
    if occurrence.note is not None:
        facts = storable_json(occurrence.facts)
        add_note(connection, alert.id, f"{occurrence.key}:note", occurrence.note, facts, now)


def _is_over(connection: Connection, occurrence: Occurrence) -> bool:
    """Say whether what ends such alerts happened after this occurrence, and was just quicker to come."""
    asked = {"group": occurrence.group_key, "at": occurrence.at}
    return connection.execute(_ENDED_SINCE, asked).first() is not None


def _is_storm(connection: Connection, rule: str, storm: StormLimit, now: int) -> bool:
    if not storm.alerts:
        return False
    # What is ahead of now was written by a clock that was, and makes no storm of what comes after.
    asked = {"rule": rule, "from": now - storm.seconds + 1, "to": now + MINUTE, "most": storm.alerts}
    return len(connection.scalars(_NEW_LATELY, asked).all()) == storm.alerts


def _is_rare(connection: Connection, occurrence: Occurrence) -> bool:
    if not occurrence.at_least:
        return False
    counts = {"rules": occurrence.of} if occurrence.of else {"rule": occurrence.rule}
    asked = {"type": occurrence.type, "after": occurrence.at - occurrence.within, "most": occurrence.at_least}
    recent = connection.scalars(_OF_RULES if occurrence.of else _OF_OTHERS, asked | counts)
    return len(recent.all()) < occurrence.at_least


def _is_muted(connection: Connection, rule: str, now: int) -> bool:
    asked = {"rule": rule, "from": now + 1, "to": now + LONGEST_MUTE}
    return connection.execute(_MUTED, asked).first() is not None


def _event_row(occurrence: Occurrence, now: int) -> dict[str, object]:
    return {
        "id": occurrence.key,
        "rule": occurrence.rule,
        "type": occurrence.type,
        "effect": Effect.IGNORED.value,
        "severity": occurrence.severity.value,
        "group_key": storable(occurrence.group_key),
        "livemode": occurrence.livemode,
        "at": occurrence.at,
        "handled_at": now,
        "customer": occurrence.customer,
        "subscription": occurrence.subscription,
        "amount": occurrence.amount,
        "currency": occurrence.currency,
        "facts": storable_json(occurrence.facts),
    }
