"""Socket Mode: apps.connections.open, hello, envelopes, acknowledgements, pings and disconnects.

On a port of its own, since it is aiohttp that speaks WebSocket here. As at Slack, an app that has opened a
connection gets everything through it, and an envelope without an acknowledgement is delivered again.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping

from aiohttp import WSMsgType, web

from sandbox.slack.drafts import RefusedError
from sandbox.slack.model import APP_ID, Json

APP_TOKEN_PREFIX = "xapp-"  # noqa: S105 - how such a token begins


class SocketMode:
    """The connections of the app under test."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._came = asyncio.Event()
        self.is_used = False
        self.refuses = ""

    async def start(self) -> None:
        """Listen on a free port of this machine."""
        app = web.Application()
        app.router.add_get("/link/{ticket}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection."""
        await self.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def open(self, token: str) -> Json:
        """apps.connections.open: an address that works once.

        Raises:
            RefusedError: no app-level token, or the stand-in was told to refuse.
        """
        if self.refuses:
            raise RefusedError(self.refuses)
        if not token.startswith(APP_TOKEN_PREFIX):
            raise RefusedError("not_allowed_token_type" if token else "not_authed")
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self._port}/link/{ticket}"}

    async def deliver(
        self, kind: str, payload: Mapping[str, object], patience: float, times: int = 1
    ) -> Json:
        """Send an envelope, so many times, and return the payload of its acknowledgement.

        Raises:
            TimeoutError: nobody acknowledged it.
        """
        envelope = secrets.token_hex(8)
        message = {
            "type": kind,
            "envelope_id": envelope,
            "payload": payload,
            "accepts_response_payload": True,
        }
        answer: asyncio.Future[Json]
        answer = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                for attempt in range(times):
                    connection = await self._connection()
                    await connection.send_str(json.dumps({**message, "retry_attempt": attempt}))
                return await answer
        finally:
            self._waiting.pop(envelope, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to open another connection."""
        for each in list(self._connections):
            await each.send_str(json.dumps({"type": "disconnect", "reason": reason}))

    async def cut(self) -> None:
        """Close every connection without a word."""
        for each in list(self._connections):
            await each.close()

    async def connected(self, patience: float = 10) -> float:
        """Wait until there is a connection; returns how many seconds that took."""
        began = time.monotonic()
        async with asyncio.timeout(patience):
            await self._connection()
        return time.monotonic() - began

    async def _connection(self) -> web.WebSocketResponse:
        while not self._connections:
            self._came.clear()
            await self._came.wait()
        return self._connections[-1]

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            raise web.HTTPNotFound
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}}
        await socket.send_str(json.dumps(hello))
        self._connections.append(socket)
        self.is_used = True
        self._came.set()
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    self._take(json.loads(received.data))
        finally:
            self._connections.remove(socket)
        return socket

    def _take(self, acknowledgement: Json) -> None:
        waiting = self._waiting.get(str(acknowledgement.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(dict(acknowledgement.get("payload") or {}))
