"""What the tests of people on call share: alerts to raise, people, a clock, and what was asked to be sent."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.alerts.alert import Alert, Occurrence, Severity
from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.rows.tables import alert_notes
from bot.alerts.settings import Rotation
from bot.engine import Json
from bot.group_members import GroupMembers, LookupFailed
from bot.store.database import Database

ALEX, SAM, PRIYA = "U0ALEX", "U0SAM", "U0PRIYA"
CHANNEL = "C0ALERTS"
NOW = 1_800_000_000


@dataclass
class Clock:
    """Unix seconds, as the test says."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now

    def whole(self) -> int:
        return int(self.now)


@dataclass
class Groups:
    """User groups, while Slack answers."""

    groups: dict[str, frozenset[str]] = field(default_factory=dict)

    async def members(self, group_id: str) -> frozenset[str]:
        if group_id not in self.groups:
            raise LookupFailed(group_id)
        return self.groups[group_id]


@dataclass
class Note:
    key: str
    template: str
    channel: str | None
    facts: Json


class PatientSteps:
    """Steps whose sleeps move the clock; `before` is called with the name of each step."""

    def __init__(self, clock: Clock, before: Callable[[str], Awaitable[None]] | None = None) -> None:
        self.names: list[tuple[float, str]] = []
        self._clock = clock
        self._before = before

    async def once(self, name: str, work: Callable[..., Awaitable[Json]], *arguments: Json) -> Json:
        self.names.append((self._clock.now, name))
        if self._before is not None:
            await self._before(name)
        return await work(*arguments)

    def unbroken(self) -> AbstractAsyncContextManager[None]:
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self._clock.now += seconds


@dataclass
class Queue:
    put_in: list[tuple[Json, ...]] = field(default_factory=list)

    async def put(self, job: str, key: str, *arguments: Json) -> None:
        self.put_in.append((job, key, *arguments))


@dataclass
class Pager:
    """An outside service that fails so often before it works."""

    failures: int = 0
    told: list[int] = field(default_factory=list)

    async def tell(self, alert: Alert) -> bool:
        if self.failures:
            self.failures -= 1
            return False
        self.told.append(alert.id)
        return True


def people_on_call(
    database: Database,
    rotation: Rotation | None = None,
    also: tuple[str, ...] = (),
    groups: Groups | None = None,
) -> OnCall:
    members = GroupMembers(groups or Groups())
    return OnCall(rotation or Rotation(people=(ALEX, SAM)), also, members, OnCallRows(database))


async def raised(
    database: Database,
    key: str = "evt_1",
    *,
    severity: Severity = Severity.PAGE,
    at: int = NOW,
    channel: str | None = CHANNEL,
) -> Alert:
    occurrence = Occurrence(
        key=key, type="payout.failed", at=at, rule=f"rule_{key}", severity=severity, group_key=f"group:{key}",
        template="payout_failed", livemode=False, channel=channel,
    )  # fmt: skip
    outcome = await Alerts(database).raise_or_count(occurrence, at)
    assert outcome
    assert outcome.alert
    return outcome.alert


async def notes(database: Database) -> list[Note]:
    query = select(alert_notes).order_by(alert_notes.c.id)
    rows = await database.read(lambda connection: connection.execute(query).all())
    return [Note(row.key, row.template, row.channel, row.facts) for row in rows]
