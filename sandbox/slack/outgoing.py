"""Sends signed requests to the bot and holds the stopwatch."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.model import Json
from sandbox.slack.signing import signature_headers
from sandbox.slack.socket import SocketMode
from sandbox.traffic import Traffic

ACK_WINDOW = 3.0
"""Seconds Slack waits, https://docs.slack.dev/interactivity/handling-user-interaction."""
PATIENCE = 15.0
"""Seconds the stopwatch goes on after that, to show how late an answer really was."""


@dataclass(frozen=True, slots=True)
class Ack:
    """How the bot answered. `failure` is Slack's word for what went wrong, empty when nothing did."""

    status: int | None
    body: bytes
    milliseconds: int
    failure: str = ""

    def json(self) -> Json | None:
        """Return the body when it is a JSON object."""
        try:
            decoded = json.loads(self.body)
        except ValueError:
            return None
        return decoded if isinstance(decoded, dict) else None

    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode(errors="replace").strip()


class BotConnection:
    """The way from Slack to the bot's one address."""

    def __init__(
        self,
        url: str,
        signing_secret: str,
        traffic: Traffic,
        clock: Callable[[], float],
        ack_window: float,
        socket: SocketMode,
    ) -> None:
        self.url = url
        self.signing_secret = signing_secret
        self._traffic = traffic
        self._clock = clock
        self._ack_window = ack_window
        self._socket = socket
        self._session: aiohttp.ClientSession | None = None
        self._late: set[asyncio.Task[Ack]] = set()

    async def send_form(self, name: str, fields: Json) -> Ack:
        """Send a slash command."""
        form = "application/x-www-form-urlencoded"
        return await self._send(name, urlencode(fields).encode(), form, "slash_commands", fields)

    async def send_interaction(self, name: str, payload: Json) -> Ack:
        """Send a click, a submission or a shortcut: JSON in one form field."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        form = "application/x-www-form-urlencoded"
        return await self._send(name, body, form, "interactive", payload)

    async def send_event(self, name: str, payload: Json) -> Ack:
        """Send what the Events API sends."""
        body = json.dumps(payload).encode()
        return await self._send(name, body, "application/json", "events_api", payload)

    async def close(self) -> None:
        """Drop what is still under way."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _send(self, name: str, body: bytes, content_type: str, kind: str, payload: Json) -> Ack:
        over = self._envelope(kind, payload) if self._socket.is_used else self._exchange(body, content_type)
        task = asyncio.create_task(over)
        done, _ = await asyncio.wait({task}, timeout=self._ack_window)
        ack = task.result() if done else Ack(None, b"", int(self._ack_window * 1000), "operation_timeout")
        call = self._traffic.add(
            at=self._clock(),
            service="slack-out",
            name=name,
            status=ack.failure or str(ack.status),
            milliseconds=ack.milliseconds,
            detail=ack.text()[:200] if ack.failure == "dispatch_failed" else "",
            alarming=bool(ack.failure),
        )
        if not done:
            self._late.add(task)

            def finish(late: asyncio.Task[Ack]) -> None:
                self._late.discard(late)
                if not late.cancelled():
                    call.milliseconds = late.result().milliseconds
                    self._traffic.changed(call)

            task.add_done_callback(finish)
        return ack

    async def _envelope(self, kind: str, payload: Json) -> Ack:
        started = time.perf_counter()
        try:
            answer = await self._socket.deliver(kind, payload, self._ack_window + PATIENCE)
        except TimeoutError:
            return Ack(None, b"no acknowledgement", _since(started), "operation_timeout")
        return Ack(200, json.dumps(answer).encode() if answer else b"", _since(started))

    async def _exchange(self, body: bytes, content_type: str) -> Ack:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._ack_window + PATIENCE)
            )
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signature_headers(self.signing_secret, body, int(self._clock())),
        }
        started = time.perf_counter()
        try:
            async with self._session.post(self.url, data=body, headers=headers) as response:
                answer = await response.read()
                failure = "" if response.status == 200 else "dispatch_failed"
                return Ack(response.status, answer, _since(started), failure)
        except TimeoutError:
            return Ack(None, b"no answer at all", _since(started), "operation_timeout")
        except aiohttp.ClientError as error:
            return Ack(None, str(error).encode(), _since(started), "dispatch_failed")


def _since(started: float) -> int:
    return int((time.perf_counter() - started) * 1000)
