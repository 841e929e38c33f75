"""Runs the durable jobs and the periodic work, in `portalbot worker` or, with SQLite, in `serve`."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.alerts.rows.retention import prune_alerts
from bot.alerts.weekly import WeeklyDigest
from bot.durations import DAY, HOUR
from bot.engine import SWEEP_SECONDS, Every, JobQueue
from bot.health.backlog import Backlog, read_backlog
from bot.health.loop_failures import LoopFailures
from bot.health.self_check import SelfCheck
from bot.logs import get_log
from bot.portal.pace import behind
from bot.process.alert_jobs import make_alert_jobs
from bot.process.alerts import alert_rules
from bot.process.answering import make_answering
from bot.process.changes import change_work
from bot.process.mail_jobs import make_mail_jobs
from bot.process.outcomes import outcome_work
from bot.process.services import Services, open_services
from bot.process.stripe_share import sharing_stripe
from bot.settings import Settings
from bot.store.batches import return_free_pages
from bot.store.retention import prune_old

SECONDS_BETWEEN_DIGESTS = 60.0
SECONDS_BETWEEN_CHECKPOINTS = 5.0
"""Of a SQLite file, after writes. So no click finds a thousand pages waiting, and waits for the disk."""
SECONDS_BETWEEN_MAIL_REQUESTS = 1.0

_log = get_log(__name__)


async def run_worker(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises Unavailable when the database does not answer at the start."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with (
        open_services(settings, remembers=True) as services,
        sharing_stripe(services),
        working(services),
    ):
        _log.info("working", livemode=settings.livemode)
        await stopped.wait()


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """Run all jobs and periodic work for the time of the `with` block."""
    # They import DBOS, which a web process without jobs does not need.
    from bot.engine.client import open_queue  # noqa: PLC0415
    from bot.engine.running import running_engine  # noqa: PLC0415

    async with open_queue(services.settings.database_url.get_secret_value()) as queue:
        mail_jobs, mail_work = make_mail_jobs(services, queue)
        jobs = [services.on_call.escalations.job, *mail_jobs]
        every = [replace(each, work=behind(each.work)) for each in (*_every(services, queue), *mail_work)]
        watch = LoopFailures(services.health_alerts, services.metrics)
        place = services.settings.dyno
        clock = services.clock
        async with running_engine(services.database, jobs, every, watch=watch, place=place, clock=clock):
            yield


def _every(services: Services, queue: JobQueue) -> list[Every]:
    """Return the periodic work, except that on mails. New periodic work is added here."""
    return [
        Every("pruning", HOUR, lambda: _prune(services)),
        Every("checkpoint", SECONDS_BETWEEN_CHECKPOINTS, services.database.checkpoint, sweep=HOUR),
        *make_alert_jobs(services).every(),
        *services.on_call.every(queue),
        *change_work(services),
        *outcome_work(services),
        *_self_check(services).every(),
        Every(
            "mail_requests",
            SECONDS_BETWEEN_MAIL_REQUESTS,
            make_answering(services).submissions.sweep,
            sweep=SWEEP_SECONDS,
        ),
        Every("digest", SECONDS_BETWEEN_DIGESTS, _weekly_digest(services).tell),
    ]


def _self_check(services: Services) -> SelfCheck:
    behind_after = int(services.settings.portalbot_config.escalation.behind_after)

    async def backlog(since: int, at: int) -> Backlog:
        return await read_backlog(services.database, behind=behind_after, since=since, now=at)

    return SelfCheck(
        alerts=services.health_alerts,
        rows=services.on_call.rows,
        examine=services.doctor.examine,
        backlog=backlog,
        behind_after=behind_after,
        main=services.account.alert_channel,
        clock=services.clock.whole,
    )


def _weekly_digest(services: Services) -> WeeklyDigest:
    return WeeklyDigest(
        database=services.database,
        alerts=services.on_call.alerts,
        table=services.settings.portalbot_config.digest,
        channel=services.account.alert_channel,
        channel_of=alert_rules(services.settings).channel_of,
        clock=services.clock.whole,
    )


async def _prune(services: Services) -> None:
    retention, now = services.settings.portalbot_config.retention, services.clock.whole()
    await prune_old(
        services.database,
        audit_days=retention.audit_days,
        event_days=retention.event_days,
        now=now,
    )
    if retention.alert_days:
        await prune_alerts(services.database, now - retention.alert_days * DAY)
    await return_free_pages(services.database)
