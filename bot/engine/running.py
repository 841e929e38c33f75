"""Running jobs: DBOS in this process, on this event loop, with a heartbeat and an eye on the others.

DBOS keeps one object per process, so there is one running engine per process; that it is
global stays in here.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from dbos import DBOS, DBOSConfig, Queue, _dbos
from sqlalchemy import Engine

from bot.engine.client import APPLICATION, Client
from bot.engine.databases import SCHEMA, JobsDatabase
from bot.engine.jobs import Every, Job, Json, Timing
from bot.engine.loops import LoopWatch, Unwatched, run_periodically
from bot.engine.processes import Process, Processes, this_process
from bot.engine.queues import WatchedQueue, look_into
from bot.engine.serializer import JsonSerializer
from bot.engine.steps import Busy, DurableSteps
from bot.errors import Refused
from bot.logs import get_log
from bot.store.clock import DatabaseClock
from bot.store.database import Database
from bot.store.notifications import hearing_others

VERSION = "1"
"""Pinned: DBOS would make it of the source's hash, and leave every waiting job behind at the next deploy."""

LOOKS_LEFT_OUT = ("background_jobs_thread", "dynamic_scheduler_loop", "queue_thread")

_log = get_log(__name__)


@asynccontextmanager
async def running_engine(
    database: Database,
    jobs: Sequence[Job],
    every: Sequence[Every] = (),
    timing: Timing | None = None,
    watch: LoopWatch | None = None,
    *,
    place: str | None = None,
    clock: DatabaseClock | None = None,
) -> AsyncIterator[Client]:
    """Run jobs until the block is left; then finish the steps in flight and leave the rest to others.

    `database` (with current tables) holds the heartbeats; `watch` is told how `every` goes; `place`
    names the machine where its host name does not; `clock` is asked for the time with every heartbeat.
    Raises Unavailable when the database does not answer at the start.
    """
    timing, clock = timing or Timing(), clock or DatabaseClock(database)
    await clock.set()
    me = this_process(place, clock.whole())
    processes = Processes(database, me, timing.dead_after)
    await processes.beat(clock.whole())
    kept = JobsDatabase(database.url)
    busy = Busy()
    _launch(me, kept.engine, jobs, busy)
    queues = [WatchedQueue(await _register_queue(job, timing)) for job in jobs]
    client = Client(kept.engine)
    watches = [
        Every("heartbeat", timing.beat, lambda: _beat(processes, clock)),
        Every("takeover", timing.beat, lambda: _take_over(processes, client, me, clock)),
        *every,
    ]
    bell, watch = database.bell, watch or Unwatched()
    tasks = [asyncio.create_task(run_periodically(each, watch, bell)) for each in watches]
    try:
        async with hearing_others(database.url, bell, look_into):
            yield client
    finally:
        if not await busy.stop(timing.finish):
            _log.warning("stopped_before_jobs_finished")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await busy.leave_jobs()
        await _end(client, processes, kept, busy, queues)


def _launch(me: Process, engine: Engine, jobs: Sequence[Job], busy: Busy) -> None:
    # A handler that does nothing keeps DBOS from adding its own; what it says goes where every log goes.
    logger = logging.getLogger("dbos")
    logger.addHandler(logging.NullHandler())
    logger.propagate = True
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_engine": engine,
        "dbos_system_schema": SCHEMA,
        "serializer": JsonSerializer(),
        "executor_id": me.id,
        "application_version": VERSION,
        "log_level": "WARNING",
        "notification_listener_polling_interval_sec": 0.25,  # messages: none; the end waits
        "notification_coalesce_sec": 0.2,  # events and streams, of which there are none: it wakes as often
        # SQLAlchemy's pool is the limit that counts; more threads than that would only wait for it.
        "max_executor_threads": 20,
    }
    DBOS(config=config)
    _leave_out_what_nobody_uses()
    for job in jobs:
        DBOS.workflow(name=job.name)(_workflow(job.run, busy))
    # Called on the loop's own thread: DBOS then runs jobs on this loop, where everything they use lives.
    DBOS.launch()


def _leave_out_what_nobody_uses() -> None:
    """Keep DBOS from looking, each second, for schedules, delays, deadlines, queues and jobs of its own.

    There are none here beside the queues of our jobs, and DBOS 3.4 has no settings for it; a test holds
    what this relies on.
    """
    for unused in LOOKS_LEFT_OUT:
        setattr(_dbos, unused, _nothing)


def _nothing(*_: object) -> None:
    pass


async def _register_queue(job: Job, timing: Timing) -> Queue:
    return await DBOS.register_queue_async(
        job.name, polling_interval_sec=timing.poll, on_conflict="always_update"
    )


def _workflow(run: Callable[..., Awaitable[None]], busy: Busy) -> Callable[..., Awaitable[None]]:
    async def workflow(*arguments: Json) -> None:
        busy.remember_job()
        await busy.may_begin()
        await run(DurableSteps(busy), *arguments)

    return workflow


async def _beat(processes: Processes, clock: DatabaseClock) -> None:
    await clock.set()
    await processes.beat(clock.whole())


async def _take_over(processes: Processes, client: Client, me: Process, clock: DatabaseClock) -> None:
    living = await processes.living(clock.whole())
    if living and living[0].id != me.id:
        return
    ids = {each.id for each in living} | {me.id}
    orphans = [
        job for process, held in (await client.in_hand()).items() if process not in ids for job in held
    ]
    if orphans:
        _log.warning("jobs_taken_over", count=len(orphans))
        await client.begin_again(orphans)


async def _end(
    client: Client, processes: Processes, kept: JobsDatabase, busy: Busy, queues: Sequence[WatchedQueue]
) -> None:
    # In a thread of its own: DBOS joins threads that wait for this loop.
    with ThreadPoolExecutor(1, "engine-end") as thread:
        loop = asyncio.get_running_loop()
        for queue in queues:
            await loop.run_in_executor(thread, queue.stop)
        await loop.run_in_executor(thread, lambda: DBOS.destroy(destroy_registry=True))
    # What the queues handed over while they were being stopped waits for ever in this process.
    await busy.leave_jobs()
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
    await client.close()
    await asyncio.to_thread(kept.close)
    try:
        await processes.leave()
    except Refused as refused:
        _log.warning("process_not_crossed_off", code=refused.code)
