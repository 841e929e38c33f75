"""Signed slash commands over keep-alive connections, as many at a time as asked for."""

import asyncio
import hashlib
import hmac
import itertools
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Sent:
    """One command: when it was sent and acknowledged (Unix seconds)."""

    number: str
    sent: float
    acknowledged: float
    status: int


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    median: float
    p99: float
    longest: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        """Sum up."""
        ordered = sorted(seconds)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return cls(statistics.median(ordered) * 1000, p99 * 1000, ordered[-1] * 1000)


class Target:
    """A server and the commands it gets."""

    def __init__(self, port: int, secret: str, text: str, answers: str) -> None:
        self.port = port
        self._secret = secret.encode()
        self._text = text
        self.answers = answers

    def request(self) -> tuple[str, bytes]:
        """A fresh signed command and its number."""
        number = str(next(_NUMBERS))
        form = {
            "command": "/portal",
            "text": self._text,
            "user_id": f"U{int(number) % 500}",  # a company full of agents, each within the usual limits
            "team_id": "T1",
            "channel_id": "C1",
            "trigger_id": f"{number}.1.benchmark",
            "response_url": f"{self.answers}/slack-response/{number}",
        }
        body = urlencode(form).encode()
        stamp = str(int(time.time()))
        digest = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n\r\n"
        )
        return number, head.encode() + body


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    if length:
        await reader.readexactly(length)
    return int(head[9:12])


async def _send(target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Sent:
    number, request = target.request()
    began = time.time()
    status = await _exchange(reader, writer, request)
    return Sent(number, began, time.time(), status)


async def steadily(target: Target, pause: float, until: asyncio.Event) -> list[Sent]:
    """Send a command every `pause` seconds, however long the others take, until the event is set."""

    async def one() -> Sent:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        sent = await _send(target, reader, writer)
        writer.close()
        return sent

    started: list[asyncio.Task[Sent]] = []
    while not started or not until.is_set():
        started.append(asyncio.create_task(one()))
        await asyncio.sleep(pause)
    return await asyncio.gather(*started)


async def working(
    target: Target,
    agents: int,
    pause: float,
    until: asyncio.Event,
    after: Callable[[Sent], Awaitable[None]],
) -> list[Sent]:
    """Type as so many agents until the event is set, each about `pause` seconds after `after` was done."""
    chance = random.Random(agents)
    done: list[Sent] = []

    async def agent() -> None:
        await asyncio.sleep(chance.uniform(0, pause))
        while not until.is_set():
            reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
            sent = await _send(target, reader, writer)
            writer.close()
            done.append(sent)
            await after(sent)
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)

    await asyncio.gather(*(agent() for _ in range(agents)))
    return done


async def commands(
    target: Target,
    concurrent: int,
    total: int,
    after: Callable[[Sent], Awaitable[None]] | None = None,
    *,
    within: float = 0.0,
) -> list[Sent]:
    """Send `total` commands over `concurrent` connections; `after` is awaited before a connection's next.

    The first of each connection are sent at an even pace within so many seconds.
    """
    left = itertools.repeat(None, total)
    done: list[Sent] = []

    async def agent(place: int) -> None:
        await asyncio.sleep(within * place / concurrent)
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        for _ in left:
            sent = await _send(target, reader, writer)
            done.append(sent)
            if after is not None:
                writer.close()  # an idle one is closed by the server after a while
                await after(sent)
                reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.close()

    await asyncio.gather(*map(agent, range(concurrent)))
    return done
