"""uvicorn's HTTP with an end to everything a stranger can leave open: heads, bodies, and connections.

Measured without: forty megabytes of one header took the process four seconds, growing with the square, and
1,100 connections that sent half a request stopped everything.
"""

import asyncio
import logging
import os
import resource
import socket
from enum import IntEnum
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.logs import get_log

LARGEST_HEAD = 262_144
"""Bytes of a request that are not its body: the head, what frames the pieces of the body, its trailers."""
HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
"""How long a request's head, and then its body, may take to arrive."""
MOST_CONNECTIONS = 1_000
ACCEPTED_AT_ONCE = 100
"""Connections that are accepted before those beyond the limit are closed."""
WAITING = 2_048
"""Connections that the system keeps until they are accepted: whoever finds no place waits for a second."""
OTHER_FILES = 200
"""Open files that connections leave to everything else: database, Slack, Stripe, mail server."""
FILES_WANTED = 4_096
QUIET_SECONDS = 60.0
"""How long nothing more is logged about connections that could not be accepted."""

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

_log = get_log(__name__)
# Below an error, uvicorn only says what strangers do: a line for each thing that is no HTTP.
_strangers = logging.getLogger("uvicorn.error.strangers")
_strangers.setLevel(logging.ERROR)


class Stage(IntEnum):
    """How far a connection's request is; when there are too many connections, the first ones go first."""

    HEAD = 0
    BODY = 1
    ANSWER = 2


class BoundedHttp(HttpToolsProtocol):
    """Hangs up on what has no end: answers 431 to a head, closes what takes too long or is too much.

    Of more than `MOST_CONNECTIONS` the one is closed that has waited longest for the head of a request, so
    that whoever holds many open keeps nobody out.
    """

    _around = 0
    _stage = Stage.HEAD
    _timer: asyncio.TimerHandle | None = None
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Wait for the head of the first request; make room when there are too many connections."""
        super().connection_made(transport)
        self.logger = _strangers
        self._wait(Stage.HEAD, HEAD_SECONDS)
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived; answer 431 when it goes beyond the limit."""
        if self._timer is None and self._stage is Stage.HEAD:
            self._wait(Stage.HEAD, HEAD_SECONDS)  # the next request of a connection, or what is none
        self._around += len(data)
        super().data_received(data)
        if self._around > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Count from zero for each request of a connection."""
        self._around = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Count from zero: the rest of this piece belongs to the body."""
        self._around = 0
        self._wait(Stage.BODY, BODY_SECONDS)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Do not count the body, whose limit is checked where it is read."""
        self._around = max(0, self._around - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait no more: the request is there."""
        self._stop_waiting()
        self._stage = Stage.ANSWER
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Be ready for the next request; uvicorn itself closes a connection on which none comes."""
        if self._stage is Stage.ANSWER:
            self._stage = Stage.HEAD
        super().on_response_complete()

    def _wait(self, stage: Stage, seconds: float) -> None:
        self._stop_waiting()
        self._stage, self._since = stage, self.loop.time()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _make_room(self) -> None:
        open_ones = [cast("BoundedHttp", each) for each in self.connections]
        going = min((each for each in open_ones if not each.transport.is_closing()), key=BoundedHttp._rank)
        (self if going._stage is Stage.ANSWER else going).transport.abort()

    def _rank(self) -> tuple[int, float]:
        return self._stage, self._since


def leave_room_for_files() -> None:
    """Raise the limit on open files of this process, and bound connections by what it leaves."""
    global MOST_CONNECTIONS  # noqa: PLW0603 (one process, one limit)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft != resource.RLIM_INFINITY:
        MOST_CONNECTIONS = min(MOST_CONNECTIONS, max(soft - OTHER_FILES, soft // 2))


def let_wait(listener: int) -> None:
    """Let `WAITING` connections wait at an open port, given its file number.

    asyncio has one number for this and for how many it accepts at once.
    """
    with socket.socket(fileno=os.dup(listener)) as same:
        same.listen(WAITING)


def quiet_about_accepting(loop: asyncio.AbstractEventLoop) -> None:
    """Log once a minute that connections cannot be accepted; asyncio does it for each, with a traceback."""
    last = float("-inf")

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal last
        if not str(context.get("message", "")).startswith("socket.accept()"):
            loop.default_exception_handler(context)
        elif loop.time() - last >= QUIET_SECONDS:
            last = loop.time()
            _log.error("connections_not_accepted", error=type(context.get("exception")).__name__)

    loop.set_exception_handler(handle)
