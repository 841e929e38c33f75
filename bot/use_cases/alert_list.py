"""`alerts`: what is open, and what is done about it without going to each message."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.alerts.alert import Alert, Mute, Severity, Status
from bot.alerts.rows.alerts import Alerts
from bot.durations import DAY, read_span
from bot.errors import BadUsage
from bot.use_cases.alert_actions import AlertActions
from bot.use_cases.context import CommandContext

MOST_SHOWN = 10
MOST_READ = 500
DEFAULT_MUTE = "1h"
LONGEST_MUTE = 30 * DAY
_URGENCY = (Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED)


class Deed(StrEnum):
    """What was done before the answer."""

    NOTHING = ""
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    MUTED = "muted"
    UNMUTED = "unmuted"
    TESTED = "tested"
    TESTED_UNSEEN = "tested_unseen"


@dataclass(frozen=True, slots=True)
class AlertList:
    """The answer to `alerts`: the first of `total`, of which `waiting` have not been taken by anybody.

    `count`, `rule` and `until` belong to what was done.
    """

    alerts: tuple[Alert, ...]
    total: int
    waiting: int
    mutes: tuple[Mute, ...]
    person: str
    done: Deed = Deed.NOTHING
    count: int = 0
    rule: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    deed: Deed = Deed.NOTHING
    count: int = 0
    rule: str = ""
    until: int | None = None


class OpenAlerts:
    """Does `alerts`."""

    def __init__(
        self, alerts: Alerts, desk: AlertActions, rules: Iterable[str], clock: Callable[[], int]
    ) -> None:
        """`rules` are the names there are; `desk` makes test pages; `clock` gives Unix seconds."""
        self._alerts = alerts
        self._desk = desk
        self._rules = frozenset(rules)
        self._clock = clock

    async def answer(self, context: CommandContext) -> AlertList:
        """Do what is asked for, if anything, and list what is open then. Raises Refused."""
        done = await self._do(context)
        return await self.list(context.person.id, done)

    async def list(self, person: str, done: _Done | None = None, most: int = MOST_SHOWN) -> AlertList:
        """What is open, this person's first. Raises Unavailable."""
        found = await self._alerts.unresolved(MOST_READ)
        done = done or _Done()
        return AlertList(
            in_order(found, person)[:most],
            len(found),
            sum(alert.needs_somebody for alert in found),
            await self._alerts.mutes(self._clock()),
            person,
            done.deed,
            done.count,
            done.rule,
            done.until,
        )

    async def _do(self, context: CommandContext) -> _Done:
        command = context.command
        if command.subject == "test":
            page = await self._desk.test_page(context.person)
            return _Done(Deed.TESTED_UNSEEN if page and page.channel is None else Deed.TESTED)
        if command.subject == "ack all":
            return await self._acknowledge(context, "all")
        deeds: Mapping[str, Callable[[CommandContext, str], Awaitable[_Done]]] = {
            "ack": self._acknowledge,
            "resolve": self._resolve,
            "mute": self._mute,
            "unmute": self._unmute,
        }
        for name, deed in deeds.items():
            asked = command.option(name)
            if asked is not None:
                context.did = f"{name} {asked}"[:80]
                return await deed(context, asked)
        return _Done()

    async def _acknowledge(self, context: CommandContext, asked: str) -> _Done:
        context.did, now, by = f"ack {asked}"[:80], self._clock(), context.person.id
        if asked == "all":
            return _Done(Deed.ACKNOWLEDGED, len(await self._alerts.acknowledge_all(by, now)))
        await self._alerts.acknowledge(_number(asked), by, now)
        return _Done(Deed.ACKNOWLEDGED, 1)

    async def _resolve(self, context: CommandContext, asked: str) -> _Done:
        await self._alerts.resolve(_number(asked), context.person.id, self._clock())
        return _Done(Deed.RESOLVED, 1)

    async def _mute(self, context: CommandContext, asked: str) -> _Done:
        rule, span = self._rule(asked), context.command.option("until") or DEFAULT_MUTE
        until = self._clock() + _span(span)
        await self._alerts.mute(rule, until, context.person.id)
        context.did = f"mute {rule} {span}"
        return _Done(Deed.MUTED, rule=rule, until=until)

    async def _unmute(self, _case: CommandContext, asked: str) -> _Done:
        rule = self._rule(asked)
        await self._alerts.unmute(rule)
        return _Done(Deed.UNMUTED, rule=rule)

    def _rule(self, name: str) -> str:
        if name not in self._rules:
            raise BadUsage("no_such_rule", asked=name[:40])
        return name


def in_order(alerts: Iterable[Alert], person: str) -> tuple[Alert, ...]:
    """Alerts as somebody should look at them: theirs first, then what wakes people, then by age."""

    def rank(alert: Alert) -> tuple[bool, bool, int, int]:
        mine = person in {alert.assignee, alert.acknowledged_by}
        page = alert.severity is Severity.PAGE
        return not mine, not page, _URGENCY.index(alert.status), alert.raised_at

    return tuple(sorted(alerts, key=rank))


def _number(text: str) -> int:
    found = re.fullmatch(r"#?([0-9]{1,18})", text)
    if found is None:
        raise BadUsage("alert_number_not_understood", asked=text[:40])
    return int(found[1])


def _span(text: str) -> int:
    seconds = read_span(text)
    if seconds is None or not 0 < seconds <= LONGEST_MUTE:
        raise BadUsage("mute_how_long", asked=text[:40])
    return seconds
