"""From an event to what it means: the first rule that fits each change, and every rate that counts it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.alerts.alert import Occurrence, Severity
from bot.alerts.changes import changed
from bot.alerts.expressions import Expression, compile_expression
from bot.alerts.facts import Reading, read_payload
from bot.alerts.merging import less_urgent
from bot.alerts.rule_tables import RuleTable, read_tables
from bot.alerts.states import State, state_of
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
        """Say whether the rule is about this event."""
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
        self.urgent = _urgent(rules)
        """The types to handle first: those that page, and those that end such pages."""

    @property
    def names(self) -> tuple[str, ...]:
        """List every rule's name, in order."""
        return tuple(rule.table.name for rule in (*self._first, *self._rates))

    @property
    def events(self) -> tuple[str, ...]:
        """List the types of events that some rule tells about, as patterns: `*` stands for anything."""
        rules = (each for each in (*self._first, *self._rates) if each.table.severity is not Severity.IGNORE)
        return tuple(sorted({kind for rule in rules for kind in rule.table.event}))

    def channel_of(self, name: str) -> str | None:
        """Find where alerts of a rule go; the default for one that is not there any more."""
        rule = next((each for each in (*self._first, *self._rates) if each.table.name == name), None)
        return (rule.table.channel if rule else None) or self._channel

    def ignores(self, kind: str) -> bool:
        """Say whether no rule can make anything of an event of this type, whatever stands in it."""
        fitting = [rule for rule in (*self._first, *self._rates) if rule.events.fullmatch(kind)]
        return all(rule.table.severity is Severity.IGNORE for rule in fitting)

    def read(self, event: StoredEvent) -> tuple[Occurrence, ...]:
        """Say what the event means: an occurrence for each change it carries and each rate it counts towards.

        Nothing for an event that was emptied since (its customer was forgotten).
        """
        reading = read_payload(event.payload)
        state = state_of(reading.facts)
        names = _names(event, reading, state)
        if not names["object"]:
            return ()
        fitting = self._fitting(event.type, names)
        told = {rule.table.name for rule in fitting if rule.table.severity is not Severity.IGNORE}
        rates = (
            rule for rule in self._rates if told & set(rule.table.of or told) and rule.fits(event.type, names)
        )
        # The first that is about the event itself has the event's own id.
        keyed = [(rule, number > 0) for number, rule in enumerate(fitting)] + [(rule, True) for rule in rates]
        return tuple(
            self._occurrence(
                rule, event, reading, state, names, f"{event.id}#{rule.table.name}" if further else event.id
            )
            for rule, further in keyed
        )

    def _fitting(self, kind: str, names: Mapping[str, Any]) -> list[Rule]:
        """Find the first rule that fits of each `change`, or else the first about the event as a whole."""
        found: dict[str, Rule] = {}
        for rule in self._first:
            change = rule.table.change
            if change in found or (change is None and found) or not rule.fits(kind, names):
                continue
            if change is None:
                return [rule]
            found[change] = rule
        return list(found.values())

    def _occurrence(
        self,
        rule: Rule,
        event: StoredEvent,
        reading: Reading,
        state: State,
        names: Mapping[str, Any],
        key: str,
    ) -> Occurrence:
        table = rule.table
        group = rule.group(names) if rule.group else None
        severity = less_urgent(table.severity, state.severity) if table.by_state else table.severity
        group = group if group is not None else reading.object or event.id
        if table.at_least:
            # Many things of many customers: the one that was the last of them is not what it is about.
            counted = {"event": event.type, "of": list(table.of), "within": table.within}
            reading = Reading(counted, None, None, None, None, None)
        return Occurrence(
            key=key,
            type=event.type,
            at=event.created,
            rule=table.name,
            severity=severity,
            group_key=f"{rule.family}:{group}"[:300],
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
            of=table.of,
            by_state=table.by_state,
            follows=table.follows,
        )


def _names(event: StoredEvent, reading: Reading, state: State) -> dict[str, Any]:
    data = event.payload.get("data")
    data = data if isinstance(data, Mapping) else {}
    thing, previous = data.get("object"), data.get("previous_attributes")
    thing = thing if isinstance(thing, Mapping) else {}
    previous = previous if isinstance(previous, Mapping) else {}
    return {
        "event": event.payload,
        "object": thing,
        "previous": previous,
        "type": event.type,
        "changed": changed(thing, previous),
        "facts": reading.facts,
        "state": state.key,
    }


def _urgent(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Find the types of which every event that means anything pages, and those that end what these raise.

    Otherwise a page would be told that is over by then. Types that resolve a calmer rule are left out, even
    if one that pages joins it: there are too many paid invoices to go before what pages.
    """
    telling = [rule for rule in rules if rule.table.severity is not Severity.IGNORE]
    kinds = {kind for rule in telling for kind in rule.table.event if "*" not in kind}

    def pages(kind: str) -> bool:
        return all(rule.table.severity is Severity.PAGE for rule in telling if rule.events.fullmatch(kind))

    paging = {kind for kind in kinds if pages(kind)}
    pagers = {rule.table.name for rule in telling if paging & {*rule.table.event}}
    ending = {kind for rule in telling if rule.table.resolves in pagers for kind in rule.table.event}
    return tuple(sorted(paging | ending & kinds))


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
