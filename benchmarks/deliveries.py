"""Webhooks delivered at an even pace, whether or not the ones before were answered, as Stripe does."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.intake import stripe_signature

MOST_CONNECTIONS = 200
"""What comes while all are in use waits for one, which is in its time."""

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery: when it was sent (Unix seconds), seconds until its answer, and by how many it was late.

    It is late when this side had no time to send it. Status 0: the connection broke before an answer.
    """

    sent: float
    seconds: float
    status: int
    late: float


async def deliver(port: int, bodies: Sequence[bytes], seconds: float) -> list[Delivered]:
    """Deliver bodies in so many seconds."""
    requests = [_request(body) for body in bodies]
    idle: deque[_Connection] = deque()  # each has its turn, so that none is closed for doing nothing
    began = time.time()

    room = asyncio.Semaphore(MOST_CONNECTIONS)

    async def one(request: bytes, due: float) -> Delivered:
        sent = time.time()
        async with room:
            try:
                reader, writer = idle.popleft() if idle else await asyncio.open_connection("127.0.0.1", port)
                writer.write(request)
                status = int((await reader.readuntil(b"\r\n\r\n"))[9:12])
                idle.append((reader, writer))
            except (ConnectionError, asyncio.IncompleteReadError):
                status = 0
        return Delivered(sent, time.time() - sent, status, sent - due)

    tasks = []
    for number, request in enumerate(requests):
        due = began + number * seconds / len(requests)
        await asyncio.sleep(due - time.time())
        tasks.append(asyncio.create_task(one(request, due)))
    delivered = await asyncio.gather(*tasks)
    for _, writer in idle:
        writer.close()
    return delivered


def _request(body: bytes) -> bytes:
    """Write the request, whose answer has no body."""
    head = (
        f"POST /stripe/webhooks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/json\r\nStripe-Signature: {stripe_signature(body)}\r\n\r\n"
    )
    return head.encode() + body
