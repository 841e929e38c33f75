"""From an event to what it means: the first rule that fits says so, and every rate that watches its type."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.alerts.alert import Occurrence, Severity
from bot.alerts.expressions import Expression, compile_expression
from bot.alerts.facts import read_payload
from bot.alerts.rule_tables import RuleTable, read_tables
from bot.store.events import StoredEvent


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, ready to be asked. `family` is the rule whose group it belongs to: its own, or a joined one."""

    table: RuleTable
    events: re.Pattern[str]
    when: Expression | None
    group: Expression | None
    family: str

    def fits(self, kind: str, names: Mapping[str, Any]) -> bool:
        """Whether the rule is about this event."""
        if not self.events.fullmatch(kind):
            return False
        return self.when is None or bool(self.when(names))


class AlertRules:
    """The rules in their order. Pure: reads events, and touches nothing."""

    def __init__(
        self, own: Sequence[Mapping[str, Any]] = (), *, channel: str | None = None, livemode: bool = False
    ) -> None:
        """`own` are the `[[alert]]` tables of the settings file, already checked; `channel` is the default.

        Raises ValueError when a table is wrong after all.
        """
        tables, problems = read_tables(own)
        if problems:
            raise ValueError(f"alert.{problems[0].position + 1}.{problems[0].key}: {problems[0].reason}")
        by_name = {table.name: table for table in tables}
        rules = [_compiled(table, by_name) for table in tables]
        self._channel = channel
        self._livemode = livemode
        self._first = [rule for rule in rules if not rule.table.at_least]
        self._rates = [rule for rule in rules if rule.table.at_least]

    @property
    def names(self) -> tuple[str, ...]:
        """Every rule's name, in order."""
        return tuple(rule.table.name for rule in (*self._first, *self._rates))

    def channel_of(self, name: str) -> str | None:
        """Where alerts of a rule go; the default for one that is not there any more."""
        rule = next((each for each in (*self._first, *self._rates) if each.table.name == name), None)
        return (rule.table.channel if rule else None) or self._channel

    def read(self, event: StoredEvent) -> tuple[Occurrence, ...]:
        """What the event means: one occurrence, and one more for each rate it counts towards.

        Nothing for an event that was emptied since (its customer was forgotten).
        """
        names = _names(event)
        if not names["object"]:
            return ()
        rule = next((each for each in self._first if each.fits(event.type, names)), None)
        found = [self._occurrence(rule, event, names, event.id)] if rule else []
        if rule is None or rule.table.severity is Severity.IGNORE:
            return tuple(found)
        rates = (each for each in self._rates if each.fits(event.type, names))
        return (
            *found,
            *(self._occurrence(each, event, names, f"{event.id}#{each.table.name}") for each in rates),
        )

    def _occurrence(self, rule: Rule, event: StoredEvent, names: Mapping[str, Any], key: str) -> Occurrence:
        table, reading = rule.table, read_payload(event.payload)
        group = rule.group(names) if rule.group else None
        return Occurrence(
            key=key,
            type=event.type,
            at=event.created,
            rule=table.name,
            severity=table.severity,
            group_key=f"{rule.family}:{group if group is not None else reading.object or event.id}"[:300],
            template=table.template,
            livemode=self._livemode,
            channel=table.channel or self._channel,
            facts=reading.facts,
            customer=reading.customer,
            subscription=reading.subscription,
            object=reading.object,
            amount=reading.amount,
            currency=reading.currency,
            runbook=table.runbook,
            counts=table.counts,
            resolves=table.resolves is not None,
            note=table.note,
            at_least=table.at_least,
            within=table.within,
        )


def _names(event: StoredEvent) -> dict[str, Any]:
    data = event.payload.get("data")
    data = data if isinstance(data, Mapping) else {}
    thing, previous = data.get("object"), data.get("previous_attributes")
    return {
        "event": event.payload,
        "object": thing if isinstance(thing, Mapping) else {},
        "previous": previous if isinstance(previous, Mapping) else {},
        "type": event.type,
    }


def _compiled(table: RuleTable, by_name: Mapping[str, RuleTable]) -> Rule:
    family = table.joins or table.resolves or table.name
    group = by_name[family].group
    pattern = "|".join(re.escape(each).replace(r"\*", ".*") for each in table.event)
    return Rule(
        table,
        re.compile(pattern),
        compile_expression(table.when) if table.when else None,
        compile_expression(group) if group else None,
        family,
    )
