"""An attempt to hand a mail over: what the customer gets, what is written down, what the sweep makes good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk

from benchmarks.soak_mail import one_mail
from bot.errors import Refused, Unavailable
from bot.mail.addresses import read_address
from bot.mail.delivery import Delivery, RetryPolicy
from bot.mail.mail import Mail, MailPlace, Session, State
from bot.mail.message import Sender
from bot.mail.rows import Mails
from bot.mail.smtp import MailServer
from bot.mail.templates import LINK
from bot.portal.secret import Secret
from bot.store.database import Database
from tests.alerts.oncall_parts import NOW, Clock, PatientSteps, Queue
from tests.mail.test_templates import Page
from tests.sqlite import with_tables

SESSION_LINK = "https://billing.example/p/session/live_1?a=1&copy=2\"><b>'"


class Steps(PatientSteps):
    """The steps of a job that nothing interrupts."""

    def unbroken(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()


@dataclass
class Server:
    """Takes mails, or answers as told."""

    answers: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, talk: Talk, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("2"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.taken.append(message_from_bytes(content, policy=policy.default))
        return answer


@dataclass
class Office:
    """A delivery, what it sends to, and what it told."""

    delivery: Delivery
    mails: Mails
    server: Server
    clock: Clock
    queue: Queue
    told: list[tuple[str, State]]
    counted: list[str]

    async def attempts(self, mail: Mail, number: int = 0) -> Mail:
        """Run the job of an attempt; the mail as it is then."""
        await self.delivery.attempt(Steps(self.clock), mail.id, number)
        return await self.kept(mail)

    async def kept(self, mail: Mail) -> Mail:
        found = await self.mails.get(mail.id)
        assert found
        return found


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: SMTP(server, hostname="test", loop=loop), "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    server, clock, queue = Server(), Clock(), Queue()
    told: list[tuple[str, State]] = []
    counted: list[str] = []

    async def sender() -> Sender:
        return Sender("Merchant", read_address("billing@merchant.example"))

    async def link(mail: Mail) -> Secret:
        return Secret(SESSION_LINK)

    async def tell(mail: Mail) -> None:
        told.append((mail.id, mail.state))

    async with Database(with_tables(f"sqlite:///{tmp_path}/portalbot.db")) as database:
        mails = Mails(database)
        async with listening(server) as port:
            delivery = Delivery(
                mails=mails, queue=queue, sender=sender, make_link=link,
                server=MailServer.read(f"smtp://127.0.0.1:{port}", 1),
                count=counted.append, tell=tell, clock=clock.whole,
                patience=RetryPolicy(write_again=0.01),
            )  # fmt: skip
            yield Office(delivery, mails, server, clock, queue, told, counted)


async def queued(office: Office, **fields: Any) -> Mail:
    mail = replace(one_mail(0, NOW), **fields)
    if mail.session is not None:
        words = f'<p><a href="{LINK}">Open</a> {LINK}</p>'
        mail = replace(mail, text=f"Open {LINK}", html=words)
    assert await office.mails.add(mail)
    return mail


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found
    return str(found.get_content())


async def test_the_personal_link_is_escaped_in_the_html_and_plain_in_the_text(office: Office) -> None:
    mail = await queued(office, session=Session(NOW + 86_400))
    assert (await office.attempts(mail)).state is State.SENT
    (message,) = office.server.taken
    page = Page(part(message, "html"))
    assert page.links == [SESSION_LINK]
    assert "b" not in page.tags
    assert part(message, "plain").strip() == f"Open {SESSION_LINK}"


async def test_what_was_sent_is_written_down_counted_told_and_never_sent_again(office: Office) -> None:
    mail = await queued(office, place=MailPlace("U0ALEX"))
    done = await office.attempts(mail)
    assert (done.state, done.finished_at, done.text) == (State.SENT, NOW, None)
    await office.attempts(mail)
    assert len(office.server.taken) == 1
    assert office.counted == ["sent"]
    assert office.told == [(mail.id, State.SENT)]


async def test_a_mail_that_was_begun_and_never_done_is_parked_and_not_sent_again(office: Office) -> None:
    mail = await queued(office)
    assert await office.mails.begin(mail.id, 0, "a process that was killed", NOW)
    parked = await office.attempts(mail)
    assert (parked.state, parked.code) == (State.PARKED, "in_doubt")
    await office.attempts(mail)
    assert office.server.taken == []
    assert office.counted == ["parked"]
    assert office.told == [(mail.id, State.PARKED)]


async def test_the_job_of_another_attempt_sends_nothing(office: Office) -> None:
    mail = await queued(office)
    office.server.answers = ["450 later"]
    assert (await office.attempts(mail)).attempt == 1
    for number in (0, 2):
        assert (await office.attempts(mail, number)).state is State.QUEUED
    assert office.server.taken == []
    assert (await office.attempts(mail, 1)).state is State.SENT
    assert len(office.server.taken) == 1


async def test_each_wait_is_twice_as_long_up_to_an_hour(office: Office) -> None:
    mail = await queued(office)
    waits = []
    for number in range(14):
        office.server.answers = ["450 later"]
        tried = await office.attempts(mail, number)
        waits.append(tried.due_at - office.clock.whole())
        assert (tried.state, tried.code) == (State.QUEUED, "refused_for_now")
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600]
    assert office.counted == ["retried"] * 14


@pytest.mark.parametrize(("left", "state"), [(2, State.QUEUED), (1, State.FAILED)])
async def test_it_is_given_up_when_the_next_try_would_come_after_the_end(
    office: Office, left: int, state: State
) -> None:
    mail = await queued(office)
    office.clock.now = mail.give_up_at - left
    office.server.answers = ["450 later"]
    tried = await office.attempts(mail)
    assert tried.state is state
    assert (tried.code == "gave_up") is (state is State.FAILED)


@pytest.mark.parametrize(("error", "state", "reply"), [
    (Unavailable("stripe_unreachable"), State.QUEUED, None),
    (Refused("no_such_customer", stripe_said="No such customer: 'cus_1'"), State.FAILED,
     "No such customer: 'cus_1'"),
])  # fmt: skip
async def test_without_its_personal_link_no_mail_leaves(
    office: Office, error: Refused, state: State, reply: str | None
) -> None:
    async def refuse(mail: Mail) -> Secret:
        raise error

    office.delivery.make_link = refuse
    mail = await queued(office, session=Session(NOW + 86_400))
    tried = await office.attempts(mail)
    assert (tried.state, tried.code, tried.reply) == (state, error.code, reply)
    assert office.server.taken == []


async def test_an_address_that_no_server_takes_is_no_reason_to_try_again(office: Office) -> None:
    mail = await queued(office, recipient="nobody")
    assert (await office.attempts(mail)).state is State.FAILED
    assert office.server.taken == []


async def test_a_mail_that_left_while_the_database_was_away_is_written_down_when_it_is_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, write, tries = await queued(office), Mails.sent, []

    async def away(mails: Mails, *given: Any) -> bool:
        tries.append(given)
        if len(tries) < 3:
            raise Unavailable("database_unavailable")
        return await write(mails, *given)

    monkeypatch.setattr(Mails, "sent", away)
    assert (await office.attempts(mail)).state is State.SENT
    assert len(office.server.taken) == 1
    assert office.counted == ["sent"]


async def test_the_sweep_asks_once_a_minute_for_what_is_due(office: Office) -> None:
    mail = await queued(office)
    for seconds, asked in ((1, 0), (2, 1), (3, 1), (61, 1), (62, 2)):
        office.clock.now = NOW + seconds
        await office.delivery.sweep()
        assert len(office.queue.put_in) == asked, seconds
    assert set(office.queue.put_in) == {("mail", f"mail {mail.id} 0", mail.id, 0)}


async def test_the_sweep_gives_a_mail_that_nothing_happened_to_another_attempt_until_its_end(
    office: Office,
) -> None:
    mail = await queued(office)
    office.clock.now = NOW + 600
    await office.delivery.sweep()
    assert (await office.kept(mail)).attempt == 0
    office.clock.now = NOW + 601
    await office.delivery.sweep()
    renewed = await office.kept(mail)
    assert (renewed.attempt, renewed.state, renewed.due_at) == (1, State.QUEUED, NOW + 601)
    office.clock.now = mail.give_up_at
    await office.delivery.sweep()
    assert (await office.kept(mail)).attempt == 2
    office.clock.now = mail.give_up_at + 601
    await office.delivery.sweep()
    over = await office.kept(mail)
    assert (over.state, over.code) == (State.FAILED, "gave_up")
    assert office.counted == ["failed"]
    assert office.told == [(mail.id, State.FAILED)]


async def test_the_sweep_parks_what_was_begun_too_long_ago_and_tells_its_agent(office: Office) -> None:
    mail = await queued(office, place=MailPlace("U0ALEX"))
    assert await office.mails.begin(mail.id, 0, "a process that was killed", NOW)
    office.clock.now = NOW + 300
    await office.delivery.sweep()
    assert (await office.kept(mail)).state is State.SENDING
    office.clock.now = NOW + 301
    await office.delivery.sweep()
    assert (await office.kept(mail)).state is State.PARKED
    assert office.counted == ["parked"]
    assert office.told == []
    office.clock.now = NOW + 303
    await office.delivery.sweep()
    assert office.told == [(mail.id, State.PARKED)]
    assert office.counted == ["parked"]
