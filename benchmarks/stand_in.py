"""Stripe for the benchmark: fixed answers after a fixed time.

The sandbox checks every parameter of every call, which costs more than what is to be measured; the objects
are the sandbox's own, read from it once. Run as `python -m benchmarks.stand_in PORT SECONDS FILE`.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class StandIn:
    """An ASGI application without a framework, so that little of its time is in the figures."""

    def __init__(self, objects: dict[str, Any], latency: float) -> None:
        self._objects = {path: json.dumps(value).encode() for path, value in objects.items()}
        self._latency = latency

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await _read_body(receive)
        await asyncio.sleep(self._latency)
        found = self._objects.get(scope["path"])
        await _answer(send, 200 if found else 404, found or b'{"error":{"message":"No such object"}}')


async def _read_body(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        continue


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    application = StandIn(json.loads(Path(sys.argv[3]).read_text()), float(sys.argv[2]))
    uvicorn.run(
        application,
        port=int(sys.argv[1]),
        log_level="error",
        access_log=False,
        http="httptools",
        loop="asyncio",
    )
