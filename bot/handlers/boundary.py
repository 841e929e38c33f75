"""Wraps the listeners that Bolt calls, so that no exception leaves them.

Bolt loses acknowledgements and errors when an exception leaves a listener. Here an unexpected error is logged
with a reference, and the person is shown that reference.

What changes something that the bot keeps is stored before Slack gets its 200. When it cannot be stored, Slack
gets a 5xx and shows the person that it failed; they are told the reason as well.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from structlog.contextvars import bound_contextvars
from structlog.typing import FilteringBoundLogger

from bot.errors import Refused, Unavailable
from bot.guarded import Failed, guarded
from bot.handlers.requests import Body
from bot.handlers.workload import BackgroundTasks
from bot.logs import new_reference, reference_of
from bot.notify.answer_sender import AnswerSender
from bot.replies import Replies
from bot.slack.readers import Readers
from bot.slack.request import SlackRequest
from bot.words import Message

Read = Callable[[Body], SlackRequest]
"""Reads Slack's payload. Raises pydantic's ValidationError when it has another shape."""
Work = Callable[[SlackRequest], Awaitable[Message | None]]
"""Does what a request asks for and returns the message to deliver, None for no message. Raises Refused."""

SECONDS_TO_STORE = 2.5
"""How long what comes before an acknowledgement may take; Slack waits for three seconds."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledgement for Slack, and what follows it: a message to deliver, or work to be done.

    None: there is nothing more to do.
    """

    response: BoltResponse
    work: Work | None = None
    message: Message | None = None


Receive = Callable[[AsyncAck, SlackRequest], Awaitable[Acknowledged]]
"""Acknowledges a request, once everything is stored that may not be lost. Raises Refused."""
Listener = Callable[[AsyncAck, Body, AsyncBoltRequest], Awaitable[BoltResponse]]


def after_ack(work: Work) -> Receive:
    """Return a function that acknowledges with an empty response and leaves `work` to be done."""

    async def receive(ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
        return Acknowledged(await ack(), work)

    return receive


def before_ack(work: Work) -> Receive:
    """Return a function that does the work, and only then acknowledges; its message is delivered after."""

    async def receive(ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        message = await work(request)
        return Acknowledged(await ack(), message=message)

    return receive


async def ack_only(ack: AsyncAck, _request: SlackRequest) -> Acknowledged:
    """Acknowledge with an empty response, with no work after it."""
    return Acknowledged(await ack())


@dataclass(eq=False, repr=False)
class Boundary:
    """Makes the listeners that Bolt calls."""

    sender: AnswerSender
    replies: Replies
    background: BackgroundTasks
    log: FilteringBoundLogger
    readers: Readers

    def listener(self, read: Read, receive: Receive, *, stores: bool = False) -> Listener:
        """Return a listener that acknowledges a request, does the work afterwards and delivers its message.

        A payload that `read` cannot read is answered with status 400, what could not be stored with 503. A
        mistake of ours in `receive` is answered with 500 when the listener `stores` something.
        """

        async def listen(ack: AsyncAck, body: Body, request: AsyncBoltRequest) -> BoltResponse:
            # Read before the acknowledgement: what cannot be read is refused there, where Slack shows it.
            try:
                asked = _with_reference(replace(read(body), asked_at=_sent_at(request)))
            except ValidationError:
                return BoltResponse(status=400, body="")
            # The work in the background takes both along: the reference stands in each of its log lines.
            with bound_contextvars(reference=asked.reference), self.readers.speaking_to(asked.place.user):
                return await self._acknowledge(ack, asked, receive, stores=stores)

        return listen

    async def _acknowledge(
        self, ack: AsyncAck, asked: SlackRequest, receive: Receive, *, stores: bool
    ) -> BoltResponse:
        acknowledged = await guarded(lambda: self._receive(receive, ack, asked), self.log)
        if isinstance(acknowledged, Failed):
            failed = _response(500) if stores else await ack()
            acknowledged = Acknowledged(failed, message=self._failure(acknowledged))
        work, message = acknowledged.work, acknowledged.message
        if work is not None:
            self.background.start(lambda: self._do(asked, work))
        elif message is not None:
            self.background.start(lambda: self._tell(asked, message))
        return acknowledged.response

    async def _receive(self, receive: Receive, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        try:
            async with asyncio.timeout(SECONDS_TO_STORE):
                return await receive(ack, request)
        except TimeoutError:
            too_late = self.replies.refusal(Unavailable("not_stored_in_time", retry=True))
            return Acknowledged(_response(503), message=too_late)
        except Unavailable as unavailable:
            return Acknowledged(_response(503), message=self.replies.refusal(unavailable))
        except Refused as refused:
            return Acknowledged(await ack(), message=self.replies.refusal(refused))

    async def _do(self, request: SlackRequest, work: Work) -> None:
        done = await guarded(lambda: self._answer(request, work), self.log)
        await self._tell(request, self._failure(done) if isinstance(done, Failed) else done)

    async def _tell(self, request: SlackRequest, message: Message | None) -> None:
        if message is not None:
            await self.sender.send(request.place, self.replies.signed(message, request.reference))

    def _failure(self, failed: Failed) -> Message:
        return self.replies.failure(failed.reference)

    async def _answer(self, request: SlackRequest, work: Work) -> Message | None:
        try:
            return await work(request)
        except Refused as refused:
            return self.replies.refusal(refused)


def _with_reference(request: SlackRequest) -> SlackRequest:
    """Give the request its reference; its key begins with it, so that it leads to audit line and mail."""
    if not request.key:
        return replace(request, reference=new_reference())
    reference = reference_of(request.key)
    return replace(request, reference=reference, key=f"{reference} {request.key}")


def _response(status: int) -> BoltResponse:
    return BoltResponse(status=status, body="")


def _sent_at(request: AsyncBoltRequest) -> int:
    """Return when Slack sent the request, in Unix seconds; with Socket Mode, which has no such header, now.

    A repeated delivery has the time of the first one.
    """
    stamp = request.headers.get("x-slack-request-timestamp", [""])[0]
    return int(stamp) if stamp.isascii() and stamp.isdigit() else int(time.time())
