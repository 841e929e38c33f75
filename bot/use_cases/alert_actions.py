"""What people can do with an alert.

Each action is authorised like a command and written to the audit trail.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, tzinfo

from bot.alerts.alert import Alert, Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.snooze import snoozed_until
from bot.durations import DAY, HOUR, Clock
from bot.errors import BadUsage, Refused
from bot.store.audit import AuditEntry, AuditTrail
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
        """Do the action and return the changed alert. Raises Refused."""
        role, outcome, customer = None, "failed", None
        code: str | None = None
        try:
            role = await person.authorise(VERB)
            alert = await self._do(action, person.id)
            customer, outcome = alert.customer, "answered"
        except Refused as refused:
            outcome, code = "refused", refused.code
            raise
        finally:
            reason = f"{action.name} #{action.alert_id} {action.value}".strip()
            await self._write_audit_line(person, role, reason, outcome, code, customer)
        return alert

    async def test_page(self, person: Person) -> Alert | None:
        """Raise an alert that pages people without a cause, to see whether the page arrives.

        Return the alert; None when this very request has raised it before. Raises Refused.
        """
        role = await person.authorise(VERB)
        now = self.clock()
        outcome = await self.alerts.raise_or_count(
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
        await self._write_audit_line(person, role, "test page", "answered", None, None)
        return outcome.alert if outcome else None

    async def _do(self, action: AlertAction, by: str) -> Alert:
        now, number, alerts = self.clock(), action.alert_id, self.alerts
        changes: Mapping[str, Callable[[], Awaitable[Alert]]] = {
            "ack": lambda: alerts.acknowledge(number, by, now),
            "take": lambda: alerts.take_over(number, by, now),
            "unack": lambda: alerts.unacknowledge(number, now),
            "resolve": lambda: alerts.resolve(number, by, now),
            "reopen": lambda: alerts.reopen(number, now),
            "assign": lambda: alerts.assign(number, action.value or by, now),
            "snooze": lambda: self._snooze(action, by, now),
        }
        change = changes.get(action.name)
        if change is not None:
            return await change()
        alert = await alerts.get(number)
        if action.name == "ack_all":
            await alerts.acknowledge_all(by, now, alert.channel)
        elif action.name in MUTE_SECONDS:
            await alerts.mute(alert.rule, now + MUTE_SECONDS[action.name], by)
        else:
            raise BadUsage("old_button")
        return alert

    async def _snooze(self, action: AlertAction, by: str, now: int) -> Alert:
        zone = await self.zone_of(by)
        until = snoozed_until(action.value, now, zone or UTC)
        return await self.alerts.snooze(action.alert_id, by, until, now)

    async def _write_audit_line(
        self,
        person: Person,
        role: str | None,
        reason: str,
        outcome: str,
        code: str | None,
        customer: str | None,
    ) -> None:
        entry = AuditEntry(
            at=self.clock(),
            actor=person.id,
            role=role,
            verb=VERB,
            outcome=outcome,
            livemode=self.livemode,
            customer=customer,
            channel=person.channel,
            reason=reason,
            code=code,
            request_key=person.request_key,
        )
        await self.audit.write(entry)
