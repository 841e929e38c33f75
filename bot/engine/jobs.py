"""What jobs are made of. Imports nothing heavy, so that anything may import it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Any
"""None, bool, int, float, str, and lists and dicts of them; checked when it is written."""


class Steps(Protocol):
    """What a job does its work through, so that a later run knows what is done."""

    async def once(self, name: str, work: Callable[..., Awaitable[Json]], *arguments: Json) -> Json:
        """Call `work` and keep its result; when the job runs again the kept result is returned."""
        ...

    def unbroken(self) -> AbstractAsyncContextManager[None]:
        """Keep the process from stopping inside the block; while it is stopping, never enter the block."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds, counted from the first run of the job."""
        ...


class JobQueue(Protocol):
    """Takes jobs from any process."""

    async def put(self, job: str, key: str, *arguments: Json) -> None:
        """Have a job run once for this key. The job is stored when this returns.

        Raises Unavailable("database_unavailable").
        """
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work, and what does it."""

    name: str
    run: Callable[..., Awaitable[None]]


SWEEP_SECONDS = 10.0
"""Between two looks while nothing was written that this process has heard of: for what was never heard."""


@dataclass(frozen=True, slots=True)
class Every:
    """Work that every process with the engine repeats, also after a turn that failed.

    `seconds` are between two turns. With a `sweep` there is no turn until something was written to the
    database, `sweep` seconds have passed, or the last turn has said in how many seconds to look again.
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[float | None]]
    sweep: float | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How often the engine looks, in seconds: `poll` into a queue that it has put nothing in.

    A process whose heartbeat is `dead_after` old is taken for dead; one that died on this machine is noticed
    at the next beat.
    """

    poll: float = SWEEP_SECONDS
    beat: float = 5.0
    dead_after: float = 30.0
    finish: float = 20.0
