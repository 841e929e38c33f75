"""The self-check's probe of the machine: who runs the jobs, room on the disk, who may read the settings."""

import asyncio
import shutil
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.check import Check
from bot.errors import Unavailable

LEAST_FREE = 200_000_000
"""Bytes. Beside that there should be room for a copy of the database: a backup is one."""

CountProcesses = Callable[[], Awaitable[int]]
"""Counts the processes that run jobs, of all machines. Raises Unavailable."""


async def check_machine(
    processes: CountProcesses, *, database: Path | None, settings: Path
) -> tuple[Check, ...]:
    """Look at what the program runs on. Never raises; what cannot be seen is left out.

    `database` is the file where there is one; `settings` is `.env`, which need not be there.
    """
    jobs, files = await asyncio.gather(_jobs(processes), asyncio.to_thread(_files, database, settings))
    return (*jobs, *files)


async def _jobs(processes: CountProcesses) -> tuple[Check, ...]:
    try:
        count = await processes()
    except Unavailable:
        return ()  # the check of the database says so
    if count:
        return (Check("processes", "ok", "running", {"count": count}),)
    return (Check("processes", "warn", "none"),)


def _files(database: Path | None, settings: Path) -> list[Check]:
    found = []
    if settings.is_file() and settings.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        found.append(Check("settings_file", "warn", "readable", {"file": str(settings)}))
    if database is not None and database.parent.is_dir():
        size = database.stat().st_size if database.exists() else 0
        free = shutil.disk_usage(database.parent).free
        result, outcome = ("ok", "enough") if free >= LEAST_FREE + 2 * size else ("warn", "low")
        found.append(Check("disk", result, outcome, {"free": free // 1_000_000, "size": size // 1_000_000}))
    return found
