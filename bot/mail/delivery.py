"""From a queued mail to one that is sent, failed or parked: never silently lost, never silently sent twice.

The row in `mails` is what counts; the durable engine runs the attempts. An attempt that finds its mail begun
already is the second run of one that was killed between "begun" and "done": it sends nothing and parks it.
The sweep enqueues whatever is due, so that nothing hangs on a job that got lost.
"""

import asyncio
import html
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Final

from bot.durations import Clock
from bot.engine import Job, JobQueue, Steps
from bot.errors import BadUsage, Refused, Unavailable
from bot.logs import get_log
from bot.mail.addresses import read_address
from bot.mail.mail import Mail, Outcome, RenderedMail, State, job_key
from bot.mail.message import Sender, envelope
from bot.mail.rows import LONGEST_RETRY, Mails
from bot.mail.smtp import Connections, MailServer
from bot.mail.templates import LINK
from bot.portal.secret import Secret

JOB: Final = "mail"

_log = get_log(__name__)


async def enqueue(queue: JobQueue, mail: Mail) -> None:
    """Have the mail's present attempt made, once however often it is enqueued. Raises Unavailable."""
    await queue.put(JOB, job_key(mail.id, mail.attempt), mail.id, mail.attempt)


MakeLink = Callable[[Mail], Awaitable[Secret]]
"""Makes the link of a recovery mail: the same session for the same mail and attempt. Raises Refused."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Waits in seconds. `longest_send` is when a mail that was begun counts as in doubt."""

    first_retry: float = 2.0
    longest_retry: float = LONGEST_RETRY
    longest_send: float = 300.0
    overlooked: float = 600.0
    enqueue_again: float = 60.0
    grace: float = 2.0
    write_again: float = 1.0

    def until_retry(self, attempt: int) -> int:
        """Return the seconds until the next attempt: doubling, up to an hour."""
        return int(min(self.first_retry * 2.0 ** min(attempt, 20), self.longest_retry))


@dataclass(slots=True)
class Delivery:
    """Sends mails; one per process that runs the engine.

    `count` is told each outcome, `tell` each mail whose state has changed.
    `at_once` is how many mails, and connections to the mail server, one process has in hand.
    """

    mails: Mails
    queue: JobQueue
    server: MailServer
    sender: Callable[[], Awaitable[Sender]]
    make_link: MakeLink
    count: Callable[[str], None]
    tell: Callable[[Mail], Awaitable[None]]
    clock: Clock
    patience: RetryPolicy = field(default_factory=RetryPolicy)
    at_once: int = 24
    _enqueued: dict[str, int] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(init=False)
    _connections: Connections = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)
        self._connections = Connections(self.server)

    def job(self) -> Job:
        """Return the engine's job that makes attempts."""
        # The limit is on connections, not on jobs: the engine looks for more of them only now and then.
        return Job(JOB, self.attempt)

    async def attempt(self, steps: Steps, mail_id: str, number: int) -> None:
        """Try once to hand the mail over. Its only memory is the mail's own row."""
        async with AsyncExitStack() as place:
            # Given back as soon as the server has answered: telling the agent holds up no other mail.
            await place.enter_async_context(self._places)
            async with steps.unbroken():
                mail = await self.mails.get(mail_id)
                if mail is None or mail.attempt != number:
                    return
                if mail.state is State.SENDING:
                    await self._park_in_doubt(mail)
                elif mail.state is State.QUEUED:
                    token = secrets.token_hex(8)
                    outcome = await self._send(mail, token)
                    await place.aclose()
                    if outcome is not None:
                        await self._finish(mail, token, outcome)

    async def sweep(self) -> None:
        """Enqueue what is due, set aside what is in doubt, tell agents what they do not know yet."""
        now = self.clock()
        patience = self.patience
        if await self.mails.park_begun_before(now - int(patience.longest_send), now):
            self.count("parked")
        self._enqueued = {key: at for key, at in self._enqueued.items() if now - at < patience.enqueue_again}
        for mail in await self.mails.due(now - int(patience.grace), limit=200):
            if now - mail.due_at > patience.overlooked:
                await self._overlooked(mail, now)
                continue
            key = job_key(mail.id, mail.attempt)
            if key not in self._enqueued:
                await enqueue(self.queue, mail)
                self._enqueued[key] = now
        for mail in await self.mails.untold(now - int(patience.grace), limit=10):
            await self.tell(mail)

    async def _overlooked(self, mail: Mail, now: int) -> None:
        """Try again a mail whose job ended without a trace; fail it when its time is over."""
        _log.warning("mail_overlooked", mail=mail.id)
        if now > mail.give_up_at:
            await self._note(mail.id, await self.mails.fail(mail, "", "gave_up", None, now), "failed")
        else:
            await self.mails.renew(mail, now)

    async def _park_in_doubt(self, mail: Mail) -> None:
        _log.warning("mail_in_doubt", mail=mail.id)
        parked = await self.mails.park(mail.id, mail.attempt, "in_doubt", self.clock())
        await self._note(mail.id, parked, "parked")

    async def _send(self, mail: Mail, token: str) -> Outcome | None:
        async def begin() -> bool:
            return await self.mails.begin(mail.id, mail.attempt, token, self.clock())

        try:
            rendered = await self._rendered(mail)
            ready = envelope(mail, rendered, await self.sender(), read_address(mail.recipient), self.clock())
            return await self._connections.hand_over(ready, begin)
        except Unavailable as unavailable:
            return Outcome(State.QUEUED, unavailable.code)
        except BadUsage as unusable:
            return Outcome(State.FAILED, unusable.code)
        except Refused as refused:  # Stripe will not make the session any more
            return Outcome(State.FAILED, refused.code, refused.stripe_said)

    async def _rendered(self, mail: Mail) -> RenderedMail:
        rendered = RenderedMail(mail.subject, mail.text or "", mail.html or "")
        if mail.session is None:
            return rendered
        link = (await self.make_link(mail)).reveal()
        return replace(
            rendered,
            text=rendered.text.replace(LINK, link),
            html=rendered.html.replace(LINK, html.escape(link)),
        )

    async def _finish(self, mail: Mail, token: str, outcome: Outcome) -> None:
        _log.info("mail_attempted", mail=mail.id, state=outcome.state.value, code=outcome.code)
        while True:
            try:
                done, what = await self._write_down(mail, token, outcome)
                break
            except Unavailable:  # what happened has happened: it is written down as soon as that is possible
                await asyncio.sleep(self.patience.write_again)
        await self._note(mail.id, done, what, has_agent=mail.place is not None)

    async def _write_down(self, mail: Mail, token: str, outcome: Outcome) -> tuple[bool, str]:
        now = self.clock()
        match outcome.state:
            case State.SENT:
                return await self.mails.sent(mail.id, token, outcome.reply, now), "sent"
            case State.PARKED:
                return await self.mails.park(mail.id, mail.attempt, outcome.code, now), "parked"
            case State.FAILED:
                return await self.mails.fail(mail, token, outcome.code, outcome.reply, now), "failed"
        due_at = now + self.patience.until_retry(mail.attempt)
        if due_at > mail.give_up_at:
            return await self.mails.fail(mail, token, "gave_up", outcome.reply, now), "failed"
        return await self.mails.retry(mail, token, outcome.code, outcome.reply, due_at), "retried"

    async def _note(self, mail_id: str, changed: bool, what: str, *, has_agent: bool = True) -> None:
        if not changed:
            return
        self.count(what)
        mail = await self.mails.get(mail_id) if has_agent else None
        if mail is not None:
            await self.tell(mail)
