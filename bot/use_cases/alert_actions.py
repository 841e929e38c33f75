"""What people can do with an alert.

Each action is authorised like a command and written to the audit trail.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, tzinfo
from functools import partial

from bot.alerts.alert import Alert, Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.snooze import MORNING, snoozed_until
from bot.durations import DAY, HOUR, Clock
from bot.errors import BadUsage, Refused
from bot.store.audit import AuditEntry, AuditTrail, add_line
from bot.store.database import Along
from bot.use_cases.context import CommandContext
from bot.use_cases.person import Person

VERB = "alerts"
MUTE_SECONDS: Mapping[str, int] = {"mute_hour": HOUR, "mute_day": DAY}

ZoneOf = Callable[[str], Awaitable[tzinfo | None]]
"""Returns the time zone of a Slack user; None when it is not known, and UTC is used."""


@dataclass(frozen=True, slots=True)
class AlertAction:
    """What somebody wants done with an alert.

    `name` is ack, take, unack, resolve, reopen, snooze, assign, mute_hour, mute_day or ack_all. `value` is
    how long to snooze (see `bot.alerts.snooze`), or the Slack user to assign the alert to; empty for oneself.
    """

    name: str
    alert_id: int
    value: str = ""


@dataclass(eq=False, repr=False)
class AlertActions:
    """Does these actions. The alert's message in Slack is updated by the worker.

    Post test pages to `channel`.
    """

    alerts: Alerts
    audit: AuditTrail
    zone_of: ZoneOf
    clock: Clock
    _: KW_ONLY
    channel: str | None
    livemode: bool

    async def do(self, action: AlertAction, person: Person) -> Alert:
        """Do the action and return the changed alert. Raises Refused.

        Its audit line is written in the same transaction.
        """
        line = partial(self._line, action, person)
        role, outcome = None, "failed"
        code: str | None = None
        try:
            role = await person.authorise(VERB)
            alert = await self._do(action, person.id, partial(line, role, "answered", None))
            outcome = "answered"
        except Refused as refused:
            outcome, code = "refused", refused.code
            raise
        finally:
            if outcome != "answered":
                await self.audit.write(line(role, outcome, code, None))
        return alert

    async def test_page(self, context: CommandContext) -> Alert | None:
        """Raise an alert that pages people without a cause, to see whether the page arrives.

        Return the alert; None when this very request has raised it before. Raises Unavailable.
        """
        person, now = context.person, self.clock()
        outcome = await self.alerts.along(context.along).raise_or_count(
            Occurrence(
                key=f"test_page:{person.request_key or now}",
                type="test_page",
                at=now,
                rule="test_page",
                severity=Severity.PAGE,
                group_key=f"test_page:{person.request_key or now}",
                template="test_page",
                livemode=self.livemode,
                channel=self.channel,
                facts={"by": person.id},
            ),
            now,
        )
        return outcome.alert if outcome else None

    async def _do(self, action: AlertAction, by: str, line: Callable[[Alert], AuditEntry]) -> Alert:
        now, number = self.clock(), action.alert_id
        alerts = self.alerts.along(Along(lambda connection, alert: add_line(connection, line(alert))))
        changes: Mapping[str, Callable[[], Awaitable[Alert]]] = {
            "ack": lambda: alerts.acknowledge(number, by, now),
            "take": lambda: alerts.take_over(number, by, now),
            "unack": lambda: alerts.unacknowledge(number, now),
            "resolve": lambda: alerts.resolve(number, by, now),
            "reopen": lambda: alerts.reopen(number, now),
            "assign": lambda: alerts.assign(number, action.value or by, now),
            "snooze": lambda: self._snooze(alerts, action, by, now),
        }
        change = changes.get(action.name)
        if change is not None:
            return await change()
        alert = await self.alerts.get(number)
        alerts = self.alerts.along(Along(lambda connection, _: add_line(connection, line(alert))))
        if action.name == "ack_all":
            await alerts.acknowledge_all(by, now, alert.channel)
        elif action.name in MUTE_SECONDS:
            await alerts.mute(alert.rule, now + MUTE_SECONDS[action.name], by)
        else:
            raise BadUsage("old_button")
        return alert

    async def _snooze(self, alerts: Alerts, action: AlertAction, by: str, now: int) -> Alert:
        # Slack is asked only where it matters: the person waits for its answer.
        zone = await self.zone_of(by) if action.value == MORNING else None
        until = snoozed_until(action.value, now, zone or UTC)
        return await alerts.snooze(action.alert_id, by, until, now)

    def _line(
        self,
        action: AlertAction,
        person: Person,
        role: str | None,
        outcome: str,
        code: str | None,
        alert: Alert | None,
    ) -> AuditEntry:
        return AuditEntry(
            at=self.clock(),
            actor=person.id,
            role=role,
            verb=VERB,
            outcome=outcome,
            livemode=self.livemode,
            customer=alert.customer if alert else None,
            channel=person.channel,
            reason=f"{action.name} #{action.alert_id} {action.value}".strip(),
            code=code,
            request_key=person.request_key,
        )
