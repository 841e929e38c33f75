"""The jobs that belong to no request: for now, forgetting what is older than the settings keep."""

import asyncio
import time

from bot.errors import Unavailable
from bot.logs import get_log
from bot.settings import Settings
from bot.settings_file import Retention
from bot.store.engine import Database
from bot.store.retention import prune_old

HOUR = 3600

_log = get_log(__name__)


async def run_worker(settings: Settings) -> None:
    """Run the jobs until the process is stopped."""
    async with Database(settings.database_url.get_secret_value()) as database:
        await run_jobs(database, settings.portalbot_config.retention)


async def run_jobs(database: Database, retention: Retention, seconds_between: float = HOUR) -> None:
    """Prune every hour, for ever. A database that does not answer is tried again the next time."""
    while True:
        try:
            await prune_old(
                database,
                audit_days=retention.audit_days,
                event_days=retention.event_days,
                now=int(time.time()),
            )
        except Unavailable:
            _log.warning("pruning_failed")
        await asyncio.sleep(seconds_between)
