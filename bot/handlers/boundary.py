"""The one place where an unexpected error ends: the person gets a reference, the log gets the rest.

Bolt loses acknowledgements and errors when an exception leaves a listener, so none does: every acknowledging
function and every lazy one runs inside `Boundary`. It also knows what is still being worked on, so
that a stopping process can finish it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from structlog.typing import FilteringBoundLogger

from bot.errors import Refused
from bot.handlers.answers import Answers
from bot.handlers.requests import Body, SlackRequest
from bot.logs import new_reference
from bot.replies import Replies
from bot.words import Message, Words

Result = TypeVar("Result")
Read = Callable[[Body], SlackRequest]
Work = Callable[[SlackRequest], Awaitable[Message | None]]
AckListener = Callable[[AsyncAck, Body], Awaitable[BoltResponse | None]]
LazyListener = Callable[[Body, AsyncBoltRequest], Awaitable[None]]


class Boundary:
    """Wraps the functions that Bolt calls."""

    def __init__(self, answers: Answers, replies: Replies, words: Words, log: FilteringBoundLogger) -> None:
        """Nothing is started here."""
        self._answers = answers
        self._replies = replies
        self._words = words
        self._log = log
        self._in_flight: set[asyncio.Task[object]] = set()

    def acknowledging(self, listener: AckListener) -> AckListener:
        """Wrap the function that acknowledges: a body without the needed fields is 400, a bug still acks."""

        async def acknowledge(ack: AsyncAck, body: Body) -> BoltResponse | None:
            async def failed(reference: str) -> BoltResponse | None:
                await ack(self._words.message("failure", reference=reference).text)
                return None

            try:
                return await self._guard(lambda: listener(ack, body), failed)
            except ValidationError:
                return BoltResponse(status=400, body="")

        return acknowledge

    def lazy(self, read: Read, work: Work) -> LazyListener:
        """Wrap the work that follows the acknowledgement and deliver what it returns."""

        async def run(body: Body, request: AsyncBoltRequest) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._in_flight.add(task)
                task.add_done_callback(self._in_flight.discard)
            try:
                asked = replace(read(body), asked_at=_sent_at(request))
            except ValidationError:  # the acknowledgement was the refusal; Bolt starts the work all the same
                return

            async def failed(reference: str) -> Message:
                return self._words.message("failure", reference=reference)

            message = await self._guard(lambda: self._answer(asked, work), failed)
            if message is not None:
                await self._answers.give(asked.place, message)

        return run

    async def _answer(self, request: SlackRequest, work: Work) -> Message | None:
        try:
            return await work(request)
        except Refused as refused:
            return self._replies.refusal(refused)

    async def _guard(
        self, work: Callable[[], Awaitable[Result]], failed: Callable[[str], Awaitable[Result]]
    ) -> Result:
        try:
            return await work()
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 (the one broad except of the program)
            reference = new_reference()
            self._log.exception("unhandled_error", reference=reference)
        return await failed(reference)

    async def finish(self, patience_seconds: float) -> None:
        """Wait for the work in flight, at most so long. Called when the process stops."""
        pending = set(self._in_flight)
        if pending:
            _, late = await asyncio.wait(pending, timeout=patience_seconds)
            if late:
                self._log.warning("stopped_before_answer", unanswered=len(late))


def _sent_at(request: AsyncBoltRequest) -> int:
    """When Slack sent the request, which a repeated delivery keeps; Socket Mode has no such header."""
    stamp = request.headers.get("x-slack-request-timestamp", [""])[0]
    return int(stamp) if stamp.isascii() and stamp.isdigit() else int(time.time())
