"""Builds what changes the portal's settings, and tells people of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.alerts.alert import Facts
from bot.changes.rows import ChangeRows
from bot.commands.reading import read_command
from bot.durations import DAY, HOUR
from bot.engine import SWEEP_SECONDS, Every
from bot.notify.change_notices import ChangeNotices, LookUps
from bot.process.services import Services
from bot.replies.change import ChangeReplies
from bot.replies.setup import setup_message
from bot.store.database import Database
from bot.use_cases.customer_names import CustomerNames
from bot.words import Message

SECONDS_BETWEEN_SWEEPS = 1.0
"""Seconds between two looks for what a process that was killed left behind."""


def make_change_notices(services: Services) -> ChangeNotices:
    """Return what tells people of changes."""

    async def draw(line: str, *, may_change: bool) -> Message:
        command = read_command(line)
        found = await services.setup.survey(command.subject)
        return setup_message(services.words, replace(found, may_change=may_change), command)

    channels = (services.settings.approvals_channel, services.settings.alert_channel)
    return ChangeNotices(
        ChangeRows(services.database),
        services.post,
        services.sender,
        ChangeReplies(services.words),
        tuple(dict.fromkeys(each for each in channels if each)),
        LookUps(CustomerNames(services.account.gateway), draw),
        services.clock.whole,
        services.readers,
    )


def who_changed(database: Database) -> Callable[[str], Awaitable[Facts | None]]:
    """Return what tells an alert who made a change of the portal's settings here."""
    rows = ChangeRows(database)

    async def tell(key: str) -> Facts | None:
        change = await rows.with_key(key)
        if change is None:
            return None
        by = change.decided_by or change.actor
        return {"by": by, "asked_by": change.actor if change.actor != by else None}

    return tell


def change_work(services: Services) -> list[Every]:
    """Return the periodic work on changes."""
    notices, days = make_change_notices(services), services.settings.portalbot_config.retention.audit_days

    async def sweep() -> None:
        await services.change_requests.sweep()
        await notices.sweep()

    async def prune() -> None:
        now = services.clock.whole()
        await ChangeRows(services.database).prune(now - days * DAY if days else 0, now - DAY)

    return [
        Every("portal_changes", SECONDS_BETWEEN_SWEEPS, sweep, sweep=SWEEP_SECONDS),
        Every("change_pruning", HOUR, prune),
    ]
