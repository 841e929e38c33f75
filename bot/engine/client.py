"""Putting jobs in and looking after them, without running any."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.databases import SCHEMA, JobsDatabase
from bot.engine.jobs import Json
from bot.engine.queues import look_into
from bot.engine.serializer import JsonSerializer
from bot.errors import Unavailable
from bot.logs import get_log
from bot.store.database import describe
from bot.store.notifications import notify_others

APPLICATION = "portalbot"

Result = TypeVar("Result")
_log = get_log(__name__)


class Client:
    """Puts jobs in, and lists and deletes those that are there; see `bot.engine.jobs.JobQueue`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client = DBOSClient(
            system_database_engine=engine,
            dbos_system_schema=SCHEMA,
            serializer=JsonSerializer(),
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )
        # Not the loop's own threads: DBOS puts its executor in their place, which ends with it.
        self._threads = ThreadPoolExecutor(2, "jobs")

    async def close(self) -> None:
        """Finish the calls in progress, then let go of the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._client.destroy()

    async def put(self, job: str, key: str, *arguments: Json) -> None:
        """See `JobQueue.put`."""
        options: EnqueueOptions = {"workflow_name": job, "queue_name": job, "workflow_id": key}

        def put() -> None:
            self._client.enqueue(options, *arguments)
            self._tell_of(job)

        await self._run(put)

    async def in_hand(self) -> Mapping[str, list[tuple[str, str | None]]]:
        """Return the begun and unfinished jobs (key and queue) by process id. Raises Unavailable."""
        pending = await self._run(
            lambda: self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        )
        by_process: dict[str, list[tuple[str, str | None]]] = {}
        for each in pending:
            by_process.setdefault(each.executor_id or "", []).append((each.workflow_id, each.queue_name))
        return by_process

    async def drop(self, keys: Sequence[str]) -> None:
        """Delete what is kept of jobs, arguments included; unknown keys are skipped. Raises Unavailable."""
        if keys:
            await self._run(lambda: self._client.delete_workflows(list(keys)))

    async def begin_again(self, jobs: Iterable[tuple[str, str | None]]) -> None:
        """Put jobs (key and queue) back into their queues, for any process to take. Raises Unavailable."""
        by_queue: dict[str | None, list[str]] = {}
        for key, queue in jobs:
            by_queue.setdefault(queue, []).append(key)
        for queue, keys in by_queue.items():
            await self._run(partial(self._client.resume_workflows, keys, queue_name=queue))
            look_into(queue or "")

    def _tell_of(self, job: str) -> None:
        """Have this process take it, or whichever process hears of it; one that does not looks by itself."""
        look_into(job)
        if self._engine.dialect.name == "postgresql":
            with self._engine.begin() as connection:
                notify_others(connection, job)

    async def _run(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (SQLAlchemyError, OSError) as error:
            _log.error("jobs_database_error", **describe(error))
            raise Unavailable("database_unavailable", retry=True) from None


@asynccontextmanager
async def open_queue(database_url: str) -> AsyncIterator[Client]:
    """Open a queue for a process that puts jobs in and runs none; it connects at its first use."""
    kept = JobsDatabase(database_url)
    client = Client(kept.engine)
    try:
        yield client
    finally:
        await client.close()
        await asyncio.to_thread(kept.close)
