"""Alerts at the terminal: what the rules make of events, and fetching what was missed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.alerts.alert import Severity
from bot.alerts.enrichment import Enrichment
from bot.alerts.payment_page import payment_page
from bot.alerts.read_events import read_event
from bot.alerts.replay import Replayed, replay
from bot.alerts.states import state_of
from bot.cli.terminal import Terminal, run, with_services
from bot.errors import BadUsage
from bot.process.alerts import alert_rules, make_catch_up
from bot.process.services import Services, now
from bot.replies.alert import Around, alert_message, mark_of
from bot.replies.alert_words import said_of
from bot.settings import Settings
from bot.store.events import StoredEvent

Shown = tuple[Replayed, str | None]
"""What an alert comes to, and where its invoice can be paid, when that was looked up."""
_TOLD = frozenset({Severity.PAGE, Severity.NOTIFY})


def test_events(
    terminal: Terminal, settings: Settings, files: Sequence[Path], *, as_json: bool, look_up: bool
) -> None:
    """Show what the rules would do with the events in files, and what the channel would read after the last.

    Nothing is raised or stored. `look_up`: Stripe is asked who the customer is, as it is for a real alert.
    Raises BadUsage.
    """
    rules = alert_rules(settings)
    found: list[Shown] = [
        (each, None) for each in replay(one for file in files for one in rules.read(_event(file)))
    ]
    if look_up and any(each.alert.severity in _TOLD for each, _ in found):
        found = run(_looked_up(found))
    shown = [_shown(terminal, each, page) for each, page in found]
    if as_json:
        terminal.print_json(shown)
    elif not shown:
        terminal.say("alert_nothing", {})
    else:
        for each in shown:
            terminal.say("alert_test", each)


async def _looked_up(found: Sequence[Shown]) -> list[Shown]:
    """Add what a real alert has from Stripe."""

    async def enrich(services: Services) -> list[Shown]:
        gateway = services.account.gateway
        enrichment = Enrichment(gateway)
        return [
            (
                replace(each, alert=replace(each.alert, about=await enrichment.about(each.alert) or {})),
                await payment_page(gateway, each.alert),
            )
            if each.alert.severity in _TOLD
            else (each, None)
            for each, _ in found
        ]

    return await with_services(enrich)


async def catch_up(since: int | None) -> int:
    """Store events that never arrived; how many. Raises Refused."""

    async def fetch(services: Services) -> int:
        catching_up = make_catch_up(services.settings, services.account, services.events, now)
        return len(await catching_up.fetch(since))

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


def _shown(terminal: Terminal, replayed: Replayed, page: str | None) -> Mapping[str, Any]:
    occurrence, alert = replayed.occurrence, replayed.alert
    is_said = alert.severity is not Severity.IGNORE
    said = said_of(terminal.words, alert) if is_said else None
    message = alert_message(terminal.words, alert, Around(payment_page=page)) if is_said else None
    return {
        "rule": occurrence.rule,
        "severity": alert.severity.value,
        "group": occurrence.group_key,
        "channel": occurrence.channel if alert.severity in _TOLD else None,
        "ends": occurrence.resolves,
        "at_least": occurrence.at_least or None,
        "title": said.plain_title if said else "",
        "detail": said.plain_detail if said else "",
        "todo": said.plain_todo if said else "",
        "payment_page": page,
        "effect": terminal.words.sentence("alert_words", alert.severity.value),
        "mark": mark_of(alert) if said else "",
        "state": state_of(alert.facts).key or None,
        "status": alert.status.value,
        "text": message.text if message else "",
        "blocks": message.blocks if message else [],
    }
