"""What people do with alerts: authorised like every command, and written to the audit trail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.alerts.alert import Alert, Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.snooze import snoozed_until
from bot.durations import DAY, HOUR
from bot.errors import BadUsage, Refused
from bot.store.audit import AuditEntry, AuditTrail
from bot.use_cases.person import Person

VERB = "alerts"
MUTE_SECONDS = {"mute_hour": HOUR, "mute_day": DAY}

ZoneOf = Callable[[str], Awaitable[tzinfo | None]]
"""The time zone of a Slack user; None when it cannot be found out, which is then UTC."""


@dataclass(frozen=True, slots=True)
class AlertAct:
    """One thing to do.

    `action` is ack, unack, resolve, reopen, snooze, assign, mute_hour, mute_day or ack_all; `value` is the
    span of a snooze, or the user an alert is assigned to.
    """

    action: str
    alert_id: int
    value: str = ""


class AlertActions:
    """Does what people ask for. The alert's message follows by itself."""

    def __init__(
        self,
        alerts: Alerts,
        audit: AuditTrail,
        zone_of: ZoneOf,
        clock: Callable[[], int],
        *,
        channel: str | None,
        livemode: bool,
    ) -> None:
        """`channel` is where a test page goes; `clock` gives Unix seconds."""
        self._alerts = alerts
        self._audit = audit
        self._zone_of = zone_of
        self._clock = clock
        self._channel = channel
        self._livemode = livemode

    async def do(self, act: AlertAct, person: Person) -> Alert:
        """Do it; the alert as it is then. Raises Refused with the reason."""
        role, outcome, customer = None, "failed", None
        code: str | None = None
        try:
            role = await person.authorise(VERB)
            alert = await self._do(act, person.id)
            customer, outcome = alert.customer, "answered"
        except Refused as refused:
            outcome, code = "refused", refused.code
            raise
        finally:
            reason = f"{act.action} #{act.alert_id} {act.value}".strip()
            await self._write_down(person, role, reason, outcome, code, customer)
        return alert

    async def test_page(self, person: Person) -> Alert | None:
        """Raise a page that means nothing, to see whether it arrives. Raises Refused."""
        role = await person.authorise(VERB)
        now = self._clock()
        outcome = await self._alerts.raise_or_count(
            Occurrence(
                key=f"test_page:{person.request_key or now}",
                type="test_page",
                at=now,
                rule="test_page",
                severity=Severity.PAGE,
                group_key=f"test_page:{person.request_key or now}",
                template="test_page",
                livemode=self._livemode,
                channel=self._channel,
                facts={"by": person.id},
            ),
            now,
        )
        await self._write_down(person, role, "test page", "answered", None, None)
        return outcome.alert if outcome else None

    async def _do(self, act: AlertAct, by: str) -> Alert:
        now, number, store = self._clock(), act.alert_id, self._alerts
        changes: Mapping[str, Callable[[], Awaitable[Alert]]] = {
            "ack": lambda: store.acknowledge(number, by, now),
            "unack": lambda: store.unacknowledge(number, now),
            "resolve": lambda: store.resolve(number, by, now),
            "reopen": lambda: store.reopen(number, now),
            "assign": lambda: store.assign(number, act.value or by, now),
            "snooze": lambda: self._snooze(act, by, now),
        }
        change = changes.get(act.action)
        if change is not None:
            return await change()
        alert = await store.get(number)
        if act.action == "ack_all":
            await store.acknowledge_all(by, now, alert.channel)
        elif act.action in MUTE_SECONDS:
            await store.mute(alert.rule, now + MUTE_SECONDS[act.action], by)
        else:
            raise BadUsage("old_button")
        return alert

    async def _snooze(self, act: AlertAct, by: str, now: int) -> Alert:
        zone = await self._zone_of(by)
        until = snoozed_until(act.value, now, zone or UTC)
        return await self._alerts.snooze(act.alert_id, by, until, now)

    async def _write_down(
        self,
        person: Person,
        role: str | None,
        reason: str,
        outcome: str,
        code: str | None,
        customer: str | None,
    ) -> None:
        entry = AuditEntry(
            at=self._clock(),
            actor=person.id,
            role=role,
            verb=VERB,
            outcome=outcome,
            livemode=self._livemode,
            customer=customer,
            channel=person.channel,
            reason=reason,
            code=code,
            request_key=person.request_key,
        )
        await self._audit.write(entry)
