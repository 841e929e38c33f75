"""Alerts at the terminal: what the rules make of an event, and fetching what was missed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.alerts.alert import Alert, Occurrence, Severity, Status
from bot.alerts.catch_up import CatchUp
from bot.alerts.read_events import read_event
from bot.cli.terminal import Terminal, with_services
from bot.errors import BadUsage
from bot.process.alerts import alert_rules
from bot.process.services import Services, now
from bot.replies.alert import said_plainly
from bot.settings import Settings
from bot.store.events import StoredEvent


def test_event(terminal: Terminal, settings: Settings, file: Path, *, as_json: bool) -> None:
    """Show what the rules would do with the event in a file; nothing is raised. Raises BadUsage."""
    occurrences = alert_rules(settings).read(_event(file))
    shown = [_shown(terminal, each) for each in occurrences]
    if as_json:
        terminal.print_json(shown)
    elif not shown:
        terminal.say("alert_nothing", {})
    else:
        for each in shown:
            terminal.say("alert_test", each)


async def catch_up(since: int | None) -> int:
    """Store events that never arrived; how many. Raises Refused."""

    async def fetch(services: Services) -> int:
        return await CatchUp(services.account.gateway, services.events, now).fetch(since)

    return await with_services(fetch)


def _event(file: Path) -> StoredEvent:
    try:
        event = read_event(json.loads(file.read_text(encoding="utf-8")), now())
    except OSError:
        raise BadUsage("event_file_unreadable", file=file.name) from None
    except (ValidationError, ValueError, RecursionError):
        raise BadUsage("event_file_no_event", file=file.name) from None
    if event is None:
        raise BadUsage("event_file_thin", file=file.name)
    return event


def _shown(terminal: Terminal, occurrence: Occurrence) -> Mapping[str, Any]:
    title, detail = said_plainly(terminal.words, preview(occurrence))
    return {
        "rule": occurrence.rule,
        "severity": occurrence.severity.value,
        "group": occurrence.group_key,
        "channel": occurrence.channel if occurrence.severity in {Severity.PAGE, Severity.NOTIFY} else None,
        "ends": occurrence.resolves,
        "at_least": occurrence.at_least or None,
        "title": title,
        "detail": detail,
        "effect": terminal.words.sentence("alert_words", occurrence.severity.value),
    }


def preview(occurrence: Occurrence) -> Alert:
    """The alert that an occurrence would raise."""
    at = occurrence.at
    status = Status.RESOLVED if occurrence.resolves else Status.OPEN
    return Alert(
        id=0,
        rule=occurrence.rule,
        template=occurrence.template,
        severity=occurrence.severity,
        group_key=occurrence.group_key,
        status=status,
        storm=False,
        livemode=occurrence.livemode,
        facts=occurrence.facts,
        about={},
        customer=occurrence.customer,
        subscription=occurrence.subscription,
        object=occurrence.object,
        amount=occurrence.amount,
        currency=occurrence.currency,
        runbook=occurrence.runbook,
        count=1,
        first_at=at,
        last_at=at,
        raised_at=at,
        changed_at=at,
        episode=1,
        escalated_episode=0,
        assignee=None,
        acknowledged_by=None,
        acknowledged_at=None,
        snoozed_by=None,
        snoozed_until=None,
        resolved_by=None,
        resolved_at=None,
        channel=occurrence.channel,
        message_channel=None,
        message_ts=None,
        posting_at=None,
        revision=1,
        posted_revision=0,
    )
