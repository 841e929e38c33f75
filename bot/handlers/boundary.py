"""Wraps the listeners that Bolt calls, so that no exception leaves them.

Bolt loses acknowledgements and errors when an exception leaves a listener. Here an unexpected error is logged
with a reference, and the person is shown that reference.
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
from bot.notify.answer_sender import AnswerSender
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.words import Message, Words

Read = Callable[[Body], SlackRequest]
"""Reads Slack's payload. Raises pydantic's ValidationError when it has another shape."""
Work = Callable[[SlackRequest], Awaitable[Message | None]]
"""Does what a request asks for and returns the message to deliver, None for no message. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledgement for Slack, and the work that is done after it.

    None: there is nothing more to do.
    """

    response: BoltResponse
    work: Work | None = None


Receive = Callable[[AsyncAck, SlackRequest], Awaitable[Acknowledged]]
"""Acknowledges a request. Slack waits for three seconds."""
Listener = Callable[[AsyncAck, Body, AsyncBoltRequest], Awaitable[BoltResponse]]


def after_ack(work: Work) -> Receive:
    """Return a function that acknowledges with an empty response and leaves `work` to be done."""

    async def receive(ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
        return Acknowledged(await ack(), work)

    return receive


async def ack_only(ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
    """Acknowledge with an empty response, with no work after it."""
    return Acknowledged(await ack())


class Boundary:
    """Makes the listeners that Bolt calls."""

    def __init__(
        self,
        sender: AnswerSender,
        replies: Replies,
        words: Words,
        background: BackgroundTasks,
        log: FilteringBoundLogger,
    ) -> None:
        self._sender = sender
        self._replies = replies
        self._words = words
        self._log = log
        self._background = background

    def listener(self, read: Read, receive: Receive) -> Listener:
        """Return a listener that acknowledges a request, does the work afterwards and delivers its message.

        A payload that `read` cannot read is answered with status 400.
        """

        async def listen(ack: AsyncAck, body: Body, request: AsyncBoltRequest) -> BoltResponse:
            # Read before the acknowledgement: what cannot be read is refused there, where Slack shows it.
            try:
                asked = replace(read(body), asked_at=_sent_at(request))
            except ValidationError:
                return BoltResponse(status=400, body="")
            acknowledged = await guarded(lambda: receive(ack, asked), self._log)
            if isinstance(acknowledged, Failed):
                failure = self._failure(acknowledged)
                self._background.start(lambda: self._tell(asked, failure))
                return await ack()
            work = acknowledged.work
            if work is not None:
                self._background.start(lambda: self._do(asked, work))
            return acknowledged.response

        return listen

    async def _do(self, request: SlackRequest, work: Work) -> None:
        done = await guarded(lambda: self._answer(request, work), self._log)
        await self._tell(request, self._failure(done) if isinstance(done, Failed) else done)

    async def _tell(self, request: SlackRequest, message: Message | None) -> None:
        if message is not None:
            await self._sender.send(request.place, message)

    def _failure(self, failed: Failed) -> Message:
        return self._words.message("failure", reference=failed.reference)

    async def _answer(self, request: SlackRequest, work: Work) -> Message | None:
        try:
            return await work(request)
        except Refused as refused:
            return self._replies.refusal(refused)


def _sent_at(request: AsyncBoltRequest) -> int:
    """Return when Slack sent the request, in Unix seconds; with Socket Mode, which has no such header, now.

    A repeated delivery has the time of the first one.
    """
    stamp = request.headers.get("x-slack-request-timestamp", [""])[0]
    return int(stamp) if stamp.isascii() and stamp.isdigit() else int(time.time())
