"""What no request waits for: jobs on the durable engine, and what is looked at again and again.

With SQLite `serve` does it too; with PostgreSQL `worker` processes do.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.rows.retention import prune_alerts
from bot.engine import Every, Job, JobQueue
from bot.health.loop_failures import LoopFailures
from bot.logs import get_log
from bot.notify.answers import SLACK_TIMEOUT_SECONDS
from bot.process.alerts import alert_work
from bot.process.checkup import further_checks
from bot.process.mail import mail_work
from bot.process.oncall import SECONDS_BETWEEN_DIGESTS, health_alerts, make_oncall, self_check, weekly_digest
from bot.process.services import Services, make_services, now
from bot.process.web import slack_client
from bot.replies.outside import outside_wording
from bot.settings import Settings
from bot.store.retention import DAY, prune_old
from bot.words import Words

HOUR = 3600

_log = get_log(__name__)


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT. Raises Unavailable when the database does not answer at the start."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    timeout = aiohttp.ClientTimeout(total=SLACK_TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = slack_client(settings, session)
        services = make_services(
            settings, keeps_configurations=True, further_checks=further_checks(settings, client)
        )
        try:
            async with working(services, client, session, Words()):
                _log.info("working", livemode=settings.livemode)
                await stopped.wait()
        finally:
            await services.aclose()


@asynccontextmanager
async def working(
    services: Services,
    slack: AsyncWebClient,
    session: aiohttp.ClientSession,
    words: Words,
) -> AsyncIterator[None]:
    """Run every job of the program while the block lasts."""
    # DBOS, which a web process need not know.
    from bot.engine.client import open_queue  # noqa: PLC0415
    from bot.engine.running import running_engine  # noqa: PLC0415

    async with (
        open_queue(services.settings.database_url.get_secret_value()) as queue,
        aclosing(mail_work(services, slack, session, queue, words)) as mail,
    ):
        jobs, every = _everything(services, slack, session, queue, words)
        jobs, every = [*jobs, *mail.jobs], [*every, *mail.every]
        watch = LoopFailures(health_alerts(services.settings, services.database), services.metrics)
        async with running_engine(services.database, jobs, every, watch=watch, place=services.settings.dyno):
            yield


def _everything(
    services: Services,
    slack: AsyncWebClient,
    session: aiohttp.ClientSession,
    queue: JobQueue,
    words: Words,
) -> tuple[list[Job], list[Every]]:
    """A new job, or a new thing to look at, is named here."""
    jobs: list[Job] = []
    every = [Every("pruning", HOUR, lambda: _prune(services))]
    alerts = alert_work(
        services.settings,
        services.database,
        services.gateway,
        services.metrics,
        session,
        words,
        now,
        services.events,
    )
    every += alerts.every()
    oncall = make_oncall(services.settings, services.database, slack, outside_wording(words))
    jobs += oncall.jobs
    every += oncall.every(queue)
    every += self_check(services).every()
    digest = weekly_digest(services.settings, services.database)
    every.append(Every("digest", SECONDS_BETWEEN_DIGESTS, digest.tell))
    return jobs, every


async def _prune(services: Services) -> None:
    retention = services.settings.portalbot_config.retention
    await prune_old(
        services.database,
        audit_days=retention.audit_days,
        event_days=retention.event_days,
        now=int(time.time()),
    )
    if retention.alert_days:
        await prune_alerts(services.database, int(time.time()) - retention.alert_days * DAY)
