"""Durable jobs: work that is finished also when the process doing it is killed.

A job is an async function with a name. Putting one in under a *key* makes it run; the same key never runs
again. When the process that runs it dies, another one runs it once more from the start: the steps that are
done are not repeated, the one that was in flight is. So an effect that must not happen twice needs a row of
its own that says "begun" and "done", as mails have.

How to add one:

1. Write the function, with a `Steps` first and then plain JSON values (ids, never addresses or secrets: they
   are kept in the engine's tables)::

        async def escalate(steps: Steps, alert_id: str) -> None:
            await steps.once("post", post_alert, alert_id)     # the result is remembered, JSON only
            await steps.sleep(300)                             # 300 s, restarts included
            await steps.once("page", page_next, alert_id)

2. Put `Job("escalate", escalate)` into the list given to `running_engine` (in
   `bot.process.worker`). The name is an address in the database: it never changes while such jobs may
   be waiting.
3. Put jobs in, from any process, with `JobQueue.put("escalate", key, alert_id)`, where the queue is that of
   the running engine or `LazyQueue`.

A job that is changed must still understand the steps that older ones have already done: add steps at the end,
or give the new function a new name. `Every` is for what is looked at again and again (sweeps); each process
that runs the engine does it.

Where jobs are kept: with SQLite in a file of their own beside the bot's (`portalbot.jobs.db`), so that the
engine's polling never holds the lock a webhook waits for; with PostgreSQL in the schema `portalbot_jobs` of
the same database. Nothing is sent anywhere: no vendor service, no port.

DBOS is imported only by `bot.engine.running`, `.client` and `.migrate`, which callers import when they start.
"""

from bot.engine.jobs import SWEEP_SECONDS, Every, Job, JobQueue, Json, Steps, Timing

__all__ = ["SWEEP_SECONDS", "Every", "Job", "JobQueue", "Json", "Steps", "Timing"]
