"""What Bolt calls: after an unexpected error the person gets a reference, and the log gets the rest.

Bolt loses acknowledgements and errors when an exception leaves a listener, so none does: acknowledging and
the work after it run inside `Boundary`.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

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
Acknowledge = Callable[[AsyncAck, SlackRequest], Awaitable[BoltResponse]]
Listener = Callable[[AsyncAck, Body, AsyncBoltRequest], Awaitable[BoltResponse]]


async def at_once(ack: AsyncAck, _request: SlackRequest) -> BoltResponse:
    """Acknowledge with nothing to say yet."""
    return await ack()


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
        """Nothing is started here."""
        self._answers = answers
        self._replies = replies
        self._words = words
        self._log = log
        self._workload = workload

    def acknowledging(self, read: Read, acknowledge: Acknowledge = at_once) -> Listener:
        """Make a listener that does nothing but acknowledge."""
        return self._listener(read, acknowledge, None)

    def listener(self, read: Read, work: Work, acknowledge: Acknowledge = at_once) -> Listener:
        """Make a listener that acknowledges, then has the work done and what it returns delivered."""
        return self._listener(read, acknowledge, work)

    def _listener(self, read: Read, acknowledge: Acknowledge, work: Work | None) -> Listener:
        async def listen(ack: AsyncAck, body: Body, request: AsyncBoltRequest) -> BoltResponse:
            # Read before the acknowledgement: what cannot be read is refused there, where Slack shows it.
            try:
                asked = read(body)
            except ValidationError:
                return BoltResponse(status=400, body="")
            response = await guarded(lambda: acknowledge(ack, asked), self._log)
            if isinstance(response, Failed):
                failure = self._failure(response)
                self._workload.start(lambda: self._tell(asked, failure))
                return await ack()
            if work is not None:
                self._workload.start(lambda: self._do(replace(asked, asked_at=_sent_at(request)), work))
            return response

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
