"""Stripe for the benchmark: fixed answers after a fixed time.

The sandbox checks every parameter of every call, which costs more than what is to be measured; the objects
are the sandbox's own, read from it once. Run as `python -m benchmarks.stand_in PORT SECONDS FILE [CALLS]`;
with CALLS, more of one key within a second are answered 429, and `/counts` says how many were taken and how
many refused.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

from sandbox.stripe.faults import RateLimit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


ANYBODY = "cus_anybody"
"""A customer of this id stands for everyone who is no object of its own."""


class StandIn:
    """An ASGI application without a framework, so that little of its time is in the figures."""

    def __init__(self, objects: dict[str, Any], latency: float, limit: RateLimit | None = None) -> None:
        self._objects = {path: json.dumps(value).encode() for path, value in objects.items()}
        self._latency = latency
        self._limit = limit
        self._counts = {"taken": 0, "refused": 0}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await _read_body(receive)
        if self._limit is not None:
            if scope["path"] == "/counts":
                await _answer(send, 200, json.dumps(self._counts).encode())
                return
            takes = self._limit.takes(str(dict(scope["headers"]).get(b"authorization")))
            self._counts["taken" if takes else "refused"] += 1
            if not takes:
                await _answer(send, 429, b'{"error":{"message":"Too many","code":"rate_limit"}}')
                return
        await asyncio.sleep(self._latency)
        found = self._objects.get(scope["path"]) or self._anybody(scope["path"])
        await _answer(send, 200 if found else 404, found or b'{"error":{"message":"No such object"}}')

    def _anybody(self, path: str) -> bytes | None:
        start, _, identifier = path.rpartition("/")
        anybody = self._objects.get(f"{start}/{ANYBODY}")
        return anybody.replace(ANYBODY.encode(), identifier.encode()) if anybody else None


async def _read_body(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        continue


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    limits = [RateLimit(int(calls)) for calls in sys.argv[4:]]
    application = StandIn(json.loads(Path(sys.argv[3]).read_text()), float(sys.argv[2]), *limits)
    uvicorn.run(
        application,
        port=int(sys.argv[1]),
        log_level="error",
        access_log=False,
        http="httptools",
        loop="asyncio",
    )
