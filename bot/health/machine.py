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


class MachineCheckup:
    """Looks at what the program runs on."""

    def __init__(self, processes: CountProcesses, *, database: Path | None, settings: Path) -> None:
        """`database` is the file where there is one; `settings` is `.env`, which need not be there."""
        self._processes = processes
        self._database = database
        self._settings = settings

    async def __call__(self) -> tuple[Check, ...]:
        """Look. Never raises; what cannot be seen is left out."""
        processes, files = await asyncio.gather(self._jobs(), asyncio.to_thread(self._files))
        return (*processes, *files)

    async def _jobs(self) -> tuple[Check, ...]:
        try:
            count = await self._processes()
        except Unavailable:
            return ()  # the check of the database says so
        if count:
            return (Check("processes", "ok", "running", {"count": count}),)
        return (Check("processes", "warn", "none"),)

    def _files(self) -> list[Check]:
        found = []
        if self._settings.is_file() and self._settings.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            found.append(Check("settings_file", "warn", "readable", {"file": str(self._settings)}))
        if self._database is not None and self._database.parent.is_dir():
            size = self._database.stat().st_size if self._database.exists() else 0
            free = shutil.disk_usage(self._database.parent).free
            result, outcome = ("ok", "enough") if free >= LEAST_FREE + 2 * size else ("warn", "low")
            found.append(
                Check("disk", result, outcome, {"free": free // 1_000_000, "size": size // 1_000_000})
            )
        return found
