"""What happens when nobody takes an alert: mention, direct message, the next person, an outside service.

`Escalations.begin` looks for alerts that are open and were not told of yet; a page is mentioned at once and
gets a durable job that does the rest, each step at its time counted from there. Every step looks whether
somebody has taken the alert, in the transaction that writes what is to be sent, so that an acknowledged alert
never escalates. Messages go through the outbox: a Slack that does not answer delays a message, never a step.

What a step did is remembered by its place in the job: the order of sleeps and steps must be the same whenever
the job runs again, so nothing here may be left out because it is late, and no step raises.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import groupby

from bot.alerts.alert import DIRECT, Alert, Severity
from bot.alerts.roster import OnCall, OnCallNow
from bot.alerts.rotation import in_hours
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import Message, OnCallRows, is_waiting
from bot.alerts.settings import Escalation
from bot.durations import MINUTE
from bot.engine import Job, JobQueue, Steps
from bot.errors import NotFound, Unavailable
from bot.logs import get_log

JOB = "escalate"
TRIES_OUTSIDE = (0.0, 5.0, 30.0, 120.0)
"""Seconds to wait before each try to reach the outside services."""

RETRY_SECONDS = 5.0
SHORTEST_SLEEP = 0.001
"""Seconds; DBOS does not remember a sleep of none."""

Rung = Callable[[int, int], Awaitable[bool]]
TellOutside = Callable[[Alert], Awaitable[bool]]
"""Tells the outside services; whether all of them took it. Never raises for what they do."""
_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class Escalations:
    """Begins escalations and takes their steps.

    `channel` is where alerts go that say nothing else.
    """

    _: KW_ONLY
    alerts: Alerts
    rows: OnCallRows
    on_call: OnCall
    plan: Escalation
    clock: Callable[[], float]
    channel: str | None
    outside: TellOutside | None = None
    tries_outside: Sequence[float] = TRIES_OUTSIDE

    @property
    def job(self) -> Job:
        """Return the durable job that takes the steps."""
        return Job(JOB, self.escalate)

    async def begin(self, queue: JobQueue) -> None:
        """Begin what is due. Any number of processes may do this at once. Raises Unavailable."""
        pages = await self.alerts.to_escalate((Severity.PAGE,))
        if pages:
            present = await self.on_call.at(int(self.clock()))
            for alert in pages:
                begun_at = self.clock()
                await queue.put(JOB, f"{JOB}:{alert.id}:{alert.episode}", alert.id, alert.episode, begun_at)
                await self._mention(alert, present)
                await self.alerts.mark_escalated(alert.id, alert.episode, int(begun_at))
        await self._remind()

    async def escalate(self, steps: Steps, alert_id: int, episode: int, begun_at: float) -> None:
        """Take the steps, each at its time; ends early when somebody has taken the alert."""
        for name, after, rung in self._rungs():
            await self._until(steps, begun_at, after)
            if not await self._insist(steps, name, rung, alert_id, episode):
                return
        if self.outside is None:
            return
        await self._until(steps, begun_at, self.plan.outside_after)
        for number, pause in enumerate(self.tries_outside):
            await steps.sleep(max(pause, SHORTEST_SLEEP))
            if await self._insist(steps, f"outside {number}", self._tell_outside, alert_id, episode):
                return
        await self._insist(steps, "outside failed", self._say_outside_failed, alert_id, episode)

    async def _until(self, steps: Steps, begun_at: float, after: float) -> None:
        # Never longer than from the beginning, which a clock that was ahead may have put into the future.
        left = min(begun_at + after - self.clock(), after)
        await steps.sleep(max(left, SHORTEST_SLEEP))

    async def _insist(self, steps: Steps, name: str, rung: Rung, alert_id: int, episode: int) -> bool:
        """Take a step, again and again while the database does not answer."""

        async def attempt(alert_id: int, episode: int) -> bool | None:
            try:
                return await rung(alert_id, episode)
            except Unavailable:
                _log.warning("escalation_step_delayed", step=name, alert=alert_id)
                return None

        number = 0
        while True:
            done: bool | None = await steps.once(f"{name} {number}", attempt, alert_id, episode)
            if done is not None:
                return done
            await steps.sleep(RETRY_SECONDS)
            number += 1

    def _rungs(self) -> list[tuple[str, float, Rung]]:
        rungs: list[tuple[str, float, Rung]] = [
            ("direct message", self.plan.dm_after, self._tell_directly),
            ("next person", self.plan.next_after, self._tell_next),
        ]
        return sorted(rungs, key=lambda rung: rung[1])

    async def _mention(self, alert: Alert, present: OnCallNow) -> None:
        key = f"mention:{alert.id}:{alert.episode}"
        message = Message(key, "alert_mention", {"mention": list(present.mention)})
        await self.rows.tell_while_open(alert.id, alert.episode, [message], int(self.clock()))

    async def _tell_directly(self, alert_id: int, episode: int) -> bool:
        now = int(self.clock())
        present = await self.on_call.at(now)
        return await self.rows.tell_while_open(
            alert_id, episode, [_direct(person, alert_id, episode) for person in present.duty.people], now
        )

    async def _tell_next(self, alert_id: int, episode: int) -> bool:
        now = int(self.clock())
        present = await self.on_call.at(now)
        messages = []
        for person in present.duty.others[:1]:
            facts = {"mention": [person], "silent": list(present.duty.people)}
            key = f"next:{alert_id}:{episode}"
            messages = [Message(key, "alert_next", facts), _direct(person, alert_id, episode)]
        return await self.rows.tell_while_open(alert_id, episode, messages, now)

    async def _tell_outside(self, alert_id: int, episode: int) -> bool:
        """Tell the services; whether nothing is left to do, also because somebody has taken it."""
        try:
            alert = await self.alerts.get(alert_id)
        except NotFound:
            return True
        if not is_waiting(alert, episode) or self.outside is None:
            return True
        if not await self.outside(alert):
            return False
        message = Message(f"outside:{alert_id}:{episode}", "alert_outside", {"reached": True})
        await self.rows.tell_while_open(alert_id, episode, [message], int(self.clock()))
        return True

    async def _say_outside_failed(self, alert_id: int, episode: int) -> bool:
        _log.error("outside_services_not_reached", alert=alert_id)
        message = Message(f"outside:{alert_id}:{episode}", "alert_outside", {"reached": False})
        return await self.rows.tell_while_open(alert_id, episode, [message], int(self.clock()))

    async def _remind(self) -> None:
        """Mention once, by channel, every alert of severity notify that nobody has taken for a while."""
        now, plan = int(self.clock()), self.plan
        if not plan.notify_after:
            return
        waiting = await self.alerts.to_escalate((Severity.NOTIFY,))
        due = [alert for alert in waiting if not -MINUTE <= now - alert.raised_at < plan.notify_after]
        if not due:
            return
        present = await self.on_call.at(now)
        if plan.quiet_hours and in_hours(*plan.quiet_hours, present.roster.zone, now):
            return
        by_channel = sorted(due, key=self._channel_of)
        for channel, alerts in groupby(by_channel, key=self._channel_of):
            await self._remind_of(channel, list(alerts), present, now)

    async def _remind_of(self, channel: str, alerts: list[Alert], present: OnCallNow, now: int) -> None:
        told = {alert.id: alert.episode for alert in alerts}
        oldest = min(alerts, key=lambda alert: alert.raised_at)
        facts = {"mention": list(present.mention), "count": len(alerts), "since": oldest.raised_at}
        last = max(told)
        key = f"remind:{channel}:{last}:{told[last]}"
        await self.rows.tell_once(told, Message(key, "alerts_waiting", facts, channel or None), now)

    def _channel_of(self, alert: Alert) -> str:
        return alert.message_channel or alert.channel or self.channel or ""


def _direct(person: str, alert_id: int, episode: int) -> Message:
    return Message(f"direct:{alert_id}:{episode}:{person}", DIRECT, {}, person)
