"""What Bolt calls: after an unexpected error the person gets a reference, and the log gets the rest.

Bolt loses acknowledgements and errors when an exception leaves a listener, so none does: acknowledging and
the work after it run inside `Boundary`.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from structlog.typing import FilteringBoundLogger

from bot.errors import Refused
from bot.guarded import Failed, guarded
from bot.handlers.requests import Body
from bot.handlers.workload import BackgroundTasks
from bot.notify.answers import Answers
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.words import Message, Words

Read = Callable[[Body], SlackRequest]
Work = Callable[[SlackRequest], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What Slack is told at once, and the work that is left; the message it returns is delivered."""

    response: BoltResponse
    work: Work | None = None


Receive = Callable[[AsyncAck, SlackRequest], Awaitable[Acknowledged]]
Listener = Callable[[AsyncAck, Body, AsyncBoltRequest], Awaitable[BoltResponse]]


def afterwards(work: Work) -> Receive:
    """Acknowledge with nothing to say yet, then work."""

    async def receive(ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
        return Acknowledged(await ack(), work)

    return receive


async def nothing_more(ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
    """Acknowledge, and leave it at that."""
    return Acknowledged(await ack())


class Boundary:
    """Wraps the functions that Bolt calls."""

    def __init__(
        self,
        answers: Answers,
        replies: Replies,
        words: Words,
        workload: BackgroundTasks,
        log: FilteringBoundLogger,
    ) -> None:
        self._answers = answers
        self._replies = replies
        self._words = words
        self._log = log
        self._workload = workload

    def listener(self, read: Read, receive: Receive) -> Listener:
        """Make a listener that acknowledges, then has the work done and what it returns delivered."""

        async def listen(ack: AsyncAck, body: Body, request: AsyncBoltRequest) -> BoltResponse:
            # Read before the acknowledgement: what cannot be read is refused there, where Slack shows it.
            try:
                asked = replace(read(body), asked_at=_sent_at(request))
            except ValidationError:
                return BoltResponse(status=400, body="")
            acknowledged = await guarded(lambda: receive(ack, asked), self._log)
            if isinstance(acknowledged, Failed):
                failure = self._failure(acknowledged)
                self._workload.start(lambda: self._tell(asked, failure))
                return await ack()
            work = acknowledged.work
            if work is not None:
                self._workload.start(lambda: self._do(asked, work))
            return acknowledged.response

        return listen

    async def _do(self, request: SlackRequest, work: Work) -> None:
        done = await guarded(lambda: self._answer(request, work), self._log)
        await self._tell(request, self._failure(done) if isinstance(done, Failed) else done)

    async def _tell(self, request: SlackRequest, message: Message | None) -> None:
        if message is not None:
            await self._answers.give(request.place, message)

    def _failure(self, failed: Failed) -> Message:
        return self._words.message("failure", reference=failed.reference)

    async def _answer(self, request: SlackRequest, work: Work) -> Message | None:
        try:
            return await work(request)
        except Refused as refused:
            return self._replies.refusal(refused)


def _sent_at(request: AsyncBoltRequest) -> int:
    """When Slack sent the request, which a repeated delivery keeps; Socket Mode has no such header."""
    stamp = request.headers.get("x-slack-request-timestamp", [""])[0]
    return int(stamp) if stamp.isascii() and stamp.isdigit() else int(time.time())
