"""The command `alerts`: list the open alerts, and acknowledge, take over, resolve or mute them from there."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.alerts.alert import LONGEST_MUTE, Alert, Mute
from bot.alerts.rows.alerts import Alerts
from bot.durations import Clock, read_span
from bot.errors import BadUsage
from bot.use_cases.alert_actions import AlertActions
from bot.use_cases.context import CommandContext

MOST_SHOWN = 10
DEFAULT_MUTE = "1h"


class AlertChange(StrEnum):
    """What a command `alerts` changed before it listed the alerts.

    `TESTED_UNSEEN`: a test page was raised, but there is no channel to post it to.
    """

    NOTHING = ""
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    RESOLVED = "resolved"
    MUTED = "muted"
    UNMUTED = "unmuted"
    TESTED = "tested"
    TESTED_UNSEEN = "tested_unseen"


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """A change, and of how many alerts, of which rule, until when (Unix seconds)."""

    change: AlertChange = AlertChange.NOTHING
    count: int = 0
    rule: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class AlertList:
    """The answer to `alerts`.

    `alerts` are those of `total` open ones that come after the first `skipped`; `waiting` are acknowledged by
    nobody. `person` is who asked, `made` is what was done before.
    """

    alerts: Sequence[Alert]
    total: int
    waiting: int
    mutes: tuple[Mute, ...]
    person: str
    made: ChangeMade
    skipped: int = 0


class OpenAlerts:
    """Answers the command `alerts`, and lists open alerts for the App Home."""

    def __init__(self, alerts: Alerts, actions: AlertActions, rules: Iterable[str], clock: Clock) -> None:
        """Take the names of all `rules`, which can be muted."""
        self._alerts = alerts
        self._actions = actions
        self._rules = frozenset(rules)
        self._clock = clock

    async def answer(self, context: CommandContext) -> AlertList:
        """Make the change that the command asks for, if any, and return the alerts that are open then.

        Raises Refused.
        """
        made = await self._change(context)
        asked = context.command.option("skip") or "0"
        return await self.list(context.person.id, made, skipped=_number(asked))

    async def list(self, person: str, made: ChangeMade | None = None, *, skipped: int = 0) -> AlertList:
        """Return some of the open alerts by their urgency for `person` (a Slack user id).

        `made` is the change to report with them. Raises Unavailable.
        """
        found = await self._alerts.urgent(person, skipped, MOST_SHOWN)
        return AlertList(
            found.alerts,
            found.total,
            found.waiting,
            await self._alerts.mutes(self._clock()),
            person,
            made or ChangeMade(),
            found.skipped,
        )

    async def _change(self, context: CommandContext) -> ChangeMade:
        command = context.command
        if command.subject == "test":
            context.did = "test page"
            page = await self._actions.test_page(context)
            seen = page is None or page.channel is not None
            return ChangeMade(AlertChange.TESTED if seen else AlertChange.TESTED_UNSEEN)
        if command.subject == "ack all":
            return await self._acknowledge(context, "all")
        changes: Mapping[str, Callable[[CommandContext, str], Awaitable[ChangeMade]]] = {
            "ack": self._acknowledge,
            "take": self._take_over,
            "resolve": self._resolve,
            "mute": self._mute,
            "unmute": self._unmute,
        }
        for name, change in changes.items():
            asked = command.option(name)
            if asked is not None:
                context.did = f"{name} {asked}"[:80]
                return await change(context, asked)
        return ChangeMade()

    async def _acknowledge(self, context: CommandContext, asked: str) -> ChangeMade:
        context.did, now, by = f"ack {asked}"[:80], self._clock(), context.person.id
        alerts = self._alerts.along(context.along)
        if asked == "all":
            return ChangeMade(AlertChange.ACKNOWLEDGED, len(await alerts.acknowledge_all(by, now)))
        await alerts.acknowledge(_number(asked), by, now)
        return ChangeMade(AlertChange.ACKNOWLEDGED, 1)

    async def _take_over(self, context: CommandContext, asked: str) -> ChangeMade:
        await self._alerts.along(context.along).take_over(_number(asked), context.person.id, self._clock())
        return ChangeMade(AlertChange.TAKEN, 1)

    async def _resolve(self, context: CommandContext, asked: str) -> ChangeMade:
        await self._alerts.along(context.along).resolve(_number(asked), context.person.id, self._clock())
        return ChangeMade(AlertChange.RESOLVED, 1)

    async def _mute(self, context: CommandContext, asked: str) -> ChangeMade:
        rule, span = self._rule(asked), context.command.option("until") or DEFAULT_MUTE
        until = self._clock() + _span(span)
        context.did = f"mute {rule} {span}"
        await self._alerts.along(context.along).mute(rule, until, context.person.id)
        return ChangeMade(AlertChange.MUTED, rule=rule, until=until)

    async def _unmute(self, context: CommandContext, asked: str) -> ChangeMade:
        rule = self._rule(asked)
        await self._alerts.along(context.along).unmute(rule)
        return ChangeMade(AlertChange.UNMUTED, rule=rule)

    def _rule(self, name: str) -> str:
        if name not in self._rules:
            raise BadUsage("no_such_rule", asked=name[:40])
        return name


def is_of(alert: Alert, person: str) -> bool:
    """Say whether somebody has an alert, or was assigned it."""
    return person in {alert.assignee, alert.acknowledged_by}


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
