"""Alerts in the database: what happened to them, what people do with them, and reading them.

Every method raises Unavailable("database_unavailable"); those that change one alert also
NotFound("no_such_alert"). Whoever changes an alert has it shown in Slack by that alone: the sender looks for
alerts whose message is behind.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from bot.alerts.alert import (
    LONGEST_MUTE,
    Alert,
    Facts,
    Mute,
    Occurrence,
    Outcome,
    Severity,
    Status,
    StormLimit,
)
from bot.alerts.rows.intake import Read, handle_next, raise_or_count
from bot.alerts.rows.notes import add_note
from bot.alerts.rows.reading import alert_of, changed, locked, select_alerts
from bot.alerts.rows.states import acknowledged, opened, refuse_resolved, resolved
from bot.alerts.rows.tables import NOT_RESOLVED, alert_mutes, alerts
from bot.alerts.rows.urgency import UNRESOLVED, UrgentAlerts, read_urgent
from bot.alerts.snooze import LONGEST_SNOOZE
from bot.durations import MINUTE
from bot.errors import BadUsage, NotFound
from bot.store.database import Database, Rows

Change = Callable[[Alert], Mapping[str, object] | None]
"""New values for an alert, None when there is nothing to change."""


class Alerts(Rows):
    """The store of alerts."""

    def __init__(self, database: Database, storm: StormLimit | None = None) -> None:
        """`storm` bounds how many alerts of one rule may be new at a time; 0 alerts switch it off."""
        super().__init__(database)
        self._storm = storm or StormLimit()

    async def handle_next(
        self, read: Read, now: int, aside: Sequence[str] = (), kinds: Sequence[str] = ()
    ) -> tuple[Outcome, ...] | None:
        """Handle the oldest stored event that waits, as `read` understands it; None when none waits.

        Those with the ids `aside` are passed over, and with `kinds` all that are of other types.
        """
        return await self._database.write(
            lambda connection: handle_next(connection, read, self._storm, now, aside, kinds), lasting=False
        )

    async def raise_or_count(self, occurrence: Occurrence, now: int) -> Outcome | None:
        """Let something have its effect that is no Stripe event; None when its key had it already."""
        return await self._database.write(
            lambda connection: raise_or_count(connection, occurrence, self._storm, now)
        )

    async def note(
        self,
        key: str,
        template: str,
        facts: Facts,
        now: int,
        *,
        alert_id: int | None = None,
        channel: str | None = None,
    ) -> bool:
        """Have `messages/slack/<template>.yaml` sent once for this key; False when it was asked for before.

        Into the alert's thread, or to `channel`: a conversation, or a user for a direct message.
        """
        return await self._database.write(
            lambda connection: add_note(connection, alert_id, key, template, facts, now, channel)
        )

    async def acknowledge(self, alert_id: int, by: str, now: int) -> Alert:
        """Record that somebody takes care of it. Raises BadUsage("alert_taken") when somebody else does."""

        def change(alert: Alert) -> Mapping[str, object] | None:
            refuse_resolved(alert)
            if alert.status is not Status.ACKNOWLEDGED:
                return acknowledged(by, now)
            if alert.acknowledged_by != by:
                by_whom, at = alert.acknowledged_by, alert.acknowledged_at
                raise BadUsage("alert_taken", alert=alert.id, by=by_whom, at=at)
            return None

        return await self._change(alert_id, now, change)

    async def take_over(self, alert_id: int, by: str, now: int) -> Alert:
        """Record that somebody takes care of it from now on, and tell who did so far."""

        def work(connection: Connection) -> Alert:
            alert = _get(connection, alert_id)
            refuse_resolved(alert)
            former = alert.acknowledged_by if alert.status is Status.ACKNOWLEDGED else None
            if former == by:
                return alert
            if former is not None:
                key = f"taken:{alert_id}:{alert.revision}"
                add_note(connection, alert_id, key, "alert_taken", {"by": by, "former": former}, now)
            return changed(connection, alert, now, acknowledged(by, now))

        return await self._database.write(work)

    async def unacknowledge(self, alert_id: int, now: int) -> Alert:
        """Open it again, and let it escalate again: nobody takes care of it after all."""
        return await self._change(
            alert_id, now, lambda alert: None if alert.status is not Status.ACKNOWLEDGED else opened(alert)
        )

    async def snooze(self, alert_id: int, by: str, until: int, now: int) -> Alert:
        """Keep it quiet until a time, then open it again."""

        def change(alert: Alert) -> Mapping[str, object]:
            refuse_resolved(alert)
            return {"status": Status.SNOOZED.value, "snoozed_by": by, "snoozed_until": until}

        return await self._change(alert_id, now, change)

    async def assign(self, alert_id: int, to: str | None, now: int) -> Alert:
        """Say whose it is; that alone does not acknowledge it."""
        return await self._change(
            alert_id, now, lambda alert: None if alert.assignee == to else {"assignee": to}
        )

    async def resolve(self, alert_id: int, by: str | None, now: int) -> Alert:
        """End it; what happens from now on is another alert."""
        return await self._change(
            alert_id, now, lambda alert: None if alert.status is Status.RESOLVED else resolved(by, now)
        )

    async def reopen(self, alert_id: int, now: int) -> Alert:
        """Open it again. Raises BadUsage("alert_has_successor") when a newer alert has taken its place."""

        def work(connection: Connection) -> Alert:
            alert = _get(connection, alert_id)
            if alert.status is not Status.RESOLVED:
                return alert
            successor = locked(connection, alerts.c.group_key == alert.group_key, NOT_RESOLVED)
            if successor is not None:
                raise BadUsage("alert_has_successor", alert=successor.id)
            return changed(connection, alert, now, opened(alert))

        return await self._database.write(work)

    async def acknowledge_all(self, by: str, now: int, channel: str | None = None) -> tuple[Alert, ...]:
        """Acknowledge every open alert (of one channel); returns those that were open."""

        def work(connection: Connection) -> tuple[Alert, ...]:
            query = select(alerts.c.id).where(alerts.c.status == Status.OPEN.value).order_by(alerts.c.id)
            if channel is not None:
                query = query.where(alerts.c.channel == channel)
            ids = connection.scalars(query.with_for_update()).all()
            return tuple(
                changed(connection, _get(connection, each), now, acknowledged(by, now)) for each in ids
            )

        return await self._database.write(work)

    async def wake_snoozed(self, now: int) -> tuple[Alert, ...]:
        """Open again the alerts whose snooze is over."""

        def work(connection: Connection) -> tuple[Alert, ...]:
            # A snooze longer than there can be, or one of the future, was begun by a clock that was ahead.
            over = or_(
                alerts.c.snoozed_until <= now,
                alerts.c.snoozed_until > now + LONGEST_SNOOZE,
                alerts.c.changed_at > now + MINUTE,
            )
            due = select(alerts.c.id).where(alerts.c.status == Status.SNOOZED.value, over)
            ids = connection.scalars(due.with_for_update(skip_locked=True)).all()
            found = [_get(connection, each) for each in ids]
            return tuple(changed(connection, alert, now, opened(alert)) for alert in found)

        return await self._database.write(work)

    async def mute(self, rule: str, until: int, by: str) -> None:
        """Raise nothing by this rule until a time; what happens is still kept and counted."""

        def work(connection: Connection) -> None:
            connection.execute(delete(alert_mutes).where(alert_mutes.c.id == rule))
            connection.execute(insert(alert_mutes).values(id=rule, until=until, by=by))

        await self._database.write(work)

    async def unmute(self, rule: str) -> None:
        """Let a rule speak again."""
        await self._database.write(
            lambda connection: connection.execute(delete(alert_mutes).where(alert_mutes.c.id == rule))
        )

    async def to_escalate(self, severities: Sequence[Severity], limit: int = 50) -> tuple[Alert, ...]:
        """List open alerts whose present episode no escalation was started for, oldest first."""
        query = (
            select_alerts()
            .where(
                alerts.c.status == Status.OPEN.value,
                alerts.c.escalated_episode < alerts.c.episode,
                alerts.c.severity.in_([each.value for each in severities]),
            )
            .order_by(alerts.c.id)
            .limit(limit)
        )
        return await self._all(query)

    async def mark_escalated(self, alert_id: int, episode: int, now: int) -> None:
        """Remember that an escalation was started for an episode; its message then says what comes next."""
        marking = (
            update(alerts)
            .where(alerts.c.id == alert_id, alerts.c.escalated_episode < episode)
            .values(escalated_episode=episode, escalated_at=now, revision=alerts.c.revision + 1)
        )
        await self._database.write(lambda connection: connection.execute(marking))

    async def get(self, alert_id: int) -> Alert:
        """Read one alert. Raises NotFound("no_such_alert")."""
        query = select_alerts().where(alerts.c.id == alert_id)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise NotFound("no_such_alert", alert=alert_id)
        return alert_of(row)

    async def acknowledged_before(self, moment: int, limit: int = 50) -> tuple[Alert, ...]:
        """List alerts that somebody took before a time (Unix seconds) and that are not over."""
        query = select_alerts().where(
            alerts.c.status == Status.ACKNOWLEDGED.value, alerts.c.acknowledged_at <= moment
        )
        return await self._all(query.order_by(alerts.c.acknowledged_at.desc()).limit(limit))

    async def urgent(self, person: str, skipped: int, limit: int) -> UrgentAlerts:
        """Read some of the alerts that are not over; see `read_urgent`."""
        return await self._database.read(lambda connection: read_urgent(connection, person, skipped, limit))

    async def unresolved(self, limit: int = 100, family: str = "") -> tuple[Alert, ...]:
        """List alerts that are not over, oldest first: those whose group's key begins with `family`."""
        query = select_alerts().where(alerts.c.status.in_(UNRESOLVED))
        if family:
            query = query.where(alerts.c.group_key.startswith(family, autoescape=True))
        return await self._all(query.order_by(alerts.c.id).limit(limit))

    async def unresolved_of(self, group_key: str) -> Alert | None:
        """Find the alert of a group that is not over, if there is one."""
        query = select_alerts().where(alerts.c.group_key == group_key, NOT_RESOLVED)
        return next(iter(await self._all(query)), None)

    async def of_customer(
        self, customer: str, *, before: int | None = None, limit: int = 20
    ) -> tuple[Alert, ...]:
        """List a customer's alerts, newest first; `before` leaves out that alert and newer ones."""
        query = select_alerts().where(alerts.c.customer == customer)
        if before is not None:
            query = query.where(alerts.c.id < before)
        return await self._all(query.order_by(alerts.c.id.desc()).limit(limit))

    async def mutes(self, now: int) -> tuple[Mute, ...]:
        """List the rules that are silent now, by name."""
        query = select(alert_mutes).where(alert_mutes.c.until.between(now + 1, now + LONGEST_MUTE))
        by_name = query.order_by(alert_mutes.c.id)
        rows = await self._database.read(lambda connection: connection.execute(by_name).all())
        return tuple(Mute(row.id, row.until, row.by) for row in rows)

    async def _all(self, query: Select[Any]) -> tuple[Alert, ...]:
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple(map(alert_of, rows))

    async def _change(self, alert_id: int, now: int, change: Change) -> Alert:
        def work(connection: Connection) -> Alert:
            alert = _get(connection, alert_id)
            values = change(alert)
            return alert if values is None else changed(connection, alert, now, values)

        return await self._database.write(work)


def _get(connection: Connection, alert_id: int) -> Alert:
    alert = locked(connection, alerts.c.id == alert_id)
    if alert is None:
        raise NotFound("no_such_alert", alert=alert_id)
    return alert
