"""`portalbot history` and `portalbot export`: read the audit trail, and all rows as JSON lines."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.cli.terminal import customer_id, prepare_settings, with_services
from bot.errors import BadUsage
from bot.mail.rows import states_of
from bot.metrics import Metrics
from bot.outcomes.rows import actions_of_links
from bot.portal.found import Found
from bot.process.exported import EXPORTED
from bot.settings import Purpose
from bot.store.audit import LONGEST_HISTORY, AuditEntry, AuditTrail
from bot.store.database import Database
from bot.store.export import export_lines
from bot.use_cases.context import CommandContext


async def _find(context: CommandContext) -> Found:
    return await with_services(lambda services: services.account.find(context))


async def read_history(who: str) -> tuple[AuditEntry, ...]:
    """Return the newest thousand audit lines, of one customer or, when `who` is empty, of all.

    Given a customer's id, Stripe is not called, so that no key is needed. Raises Refused.
    """
    customer = await customer_id(who, _find) if who else None
    database = Database(prepare_settings(Purpose.USE_DATABASE).database_url.get_secret_value())
    async with database:
        return await AuditTrail(database, Metrics(), states_of, actions_of_links).history(
            customer=customer, limit=LONGEST_HISTORY
        )


async def export(write: Callable[[str], None], since: str, after: str) -> None:
    """Call `write` with blocks of lines, each row one line of JSON; see `export_lines`. Raises Refused."""
    first = _moment(since) if since else 0
    database = Database(prepare_settings(Purpose.USE_DATABASE).database_url.get_secret_value())
    async with database:
        async for block in export_lines(database, EXPORTED, since=first, after=after):
            write(block)


def _moment(text: str) -> int:
    """Read Unix seconds, or a day or time such as 2026-11-27 or 2026-11-27T09:00, in UTC without a zone."""
    if text.isascii() and text.isdigit():
        return int(text[:18])
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadUsage("export_since_not_understood", asked=text[:40]) from None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
