"""Which processes run the engine, and which of them are dead.

Each writes a heartbeat. DBOS has nobody who takes over the jobs of a process that never comes back (its
vendor sells that), so the longest-running of us does: one, since two could take the same job from each other.
"""

import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from bot.engine.tables import engine_processes
from bot.store.database import Database
from bot.store.inserts import insert_new


@dataclass(frozen=True, slots=True)
class Process:
    """A process with the engine. `place` names the machine (and container) in which `pid` means something."""

    id: str
    place: str
    pid: int
    started_at: int
    beat_at: int


def this_process(dyno: str | None, now: int) -> Process:
    """Return this process. Its id is never used again, though a dyno that restarts keeps its name."""
    pid = os.getpid()
    name = dyno or socket.gethostname()
    return Process(f"{name}.{pid}.{secrets.token_hex(4)}", _place(), pid, now, now)


def _place() -> str:
    """Name the machine and container, in which a process id means one process."""
    facts = [socket.gethostname()]
    with suppress(OSError):  # not Linux: one machine, one set of process ids
        facts += [
            Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
            str(Path("/proc/self/ns/pid").readlink()),
        ]
    return " ".join(facts)


def is_gone(process: Process, me: Process) -> bool:
    """Return whether a process of this machine has ended; False also when that cannot be seen from here."""
    if process.place != me.place or process.id == me.id:
        return False
    if process.pid == me.pid:
        return True
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


async def count_living(database: Database, now: int, dead_after: float) -> int:
    """Count the processes that run jobs, and change nothing. Raises Unavailable."""
    table = engine_processes
    fresh = table.c.beat_at.between(now - dead_after, now + dead_after)
    query = select(func.count()).select_from(table).where(fresh)
    return await database.read(lambda connection: connection.scalar(query) or 0)


class Processes:
    """The table of heartbeats. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database, me: Process, dead_after: float) -> None:
        """`dead_after` is the age in seconds at which a heartbeat means death."""
        self._database = database
        self._me = me
        self._dead_after = dead_after

    async def beat(self, now: int) -> None:
        """Write this process's heartbeat."""
        table, me = engine_processes, self._me
        row = {"id": me.id, "place": me.place, "pid": me.pid, "started_at": me.started_at, "beat_at": now}
        living = table.update().where(table.c.id == me.id).values(beat_at=now).returning(table.c.id)

        def write(connection: Connection) -> None:
            if connection.execute(living).first() is None:
                insert_new(connection, table, table.c.id, row)

        await self._database.write(write, lasting=False, wakes=False)

    async def leave(self) -> None:
        """Delete this process's heartbeat, so that others take its jobs at once."""
        leaving = delete(engine_processes).where(engine_processes.c.id == self._me.id)
        await self._database.write(lambda connection: connection.execute(leaving))

    async def living(self, now: int) -> tuple[Process, ...]:
        """Return the living processes, the longest-running first, and delete the dead ones from the table."""
        query = select(engine_processes).order_by(engine_processes.c.started_at, engine_processes.c.id)

        rows = await self._database.read(lambda connection: connection.execute(query).all())
        known = [Process(**row._mapping) for row in rows]
        dead = [each for each in known if self._is_dead(each, now)]
        if dead:
            crossing_off = delete(engine_processes).where(
                engine_processes.c.id.in_([each.id for each in dead])
            )
            await self._database.write(lambda connection: connection.execute(crossing_off))
        return tuple(each for each in known if each not in dead)

    def _is_dead(self, process: Process, now: int) -> bool:
        if process.id == self._me.id:
            return False
        # A beat that is ahead was written by a clock that was; a living process writes another at once.
        return abs(now - process.beat_at) > self._dead_after or is_gone(process, self._me)
