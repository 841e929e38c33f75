"""What jobs are made of. Imports nothing heavy, so that anything may import it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = Any
"""None, bool, int, float, str, and lists and dicts of them; checked when it is written."""


class Steps(Protocol):
    """A job's hold on what it has done."""

    key: str
    """The key the job was put in under."""

    async def once(self, name: str, work: Callable[..., Awaitable[Json]], *arguments: Json) -> Json:
        """Do it, and remember the result; when the job runs again only the result is given."""
        ...

    def unbroken(self) -> AbstractAsyncContextManager[None]:
        """What happens inside is not begun while the process stops, and once begun it is finished before."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; the moment of waking survives restarts."""
        ...

    async def wait_for(self, topic: str, seconds: float) -> Json:
        """The next message told to this job on `topic`, None when there was none for so long."""
        ...


class JobQueue(Protocol):
    """Putting jobs in, from any process."""

    async def put(self, job: str, key: str, *arguments: Json, delay_seconds: float = 0) -> None:
        """Have a job run, once for this key. It is durable when this returns.

        Raises Unavailable("database_unavailable").
        """
        ...

    async def tell(self, key: str, topic: str, message: Json) -> None:
        """Give a waiting job a message; one nobody waits for any more is dropped. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work. `at_once` is how many of it one process does at the same time, waiting ones included;
    None is no limit.
    """

    name: str
    run: Callable[..., Awaitable[None]]
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """Something every process with the engine does again and again; a turn that fails is not the last."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timing:
    """How often the engine looks, in seconds.

    A process whose heartbeat is `dead_after` old is taken for dead; one that died on this machine is noticed
    at the next beat.
    """

    poll: float = 0.25
    beat: float = 5.0
    dead_after: float = 30.0
    finish: float = 20.0
