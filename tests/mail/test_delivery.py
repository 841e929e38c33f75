"""An attempt to hand a mail over: what the customer gets, what is written down, what the sweep makes good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Talk

from benchmarks.soak_mail import one_mail
from bot.mail.addresses import read_address
from bot.mail.delivery import Delivery, Patience
from bot.mail.letters import LINK
from bot.mail.mail import Mail, Session, State
from bot.mail.message import Sender
from bot.mail.smtp import MailServer
from bot.portal.secret import Secret
from bot.store.engine import Database
from bot.store.mails import Mails
from tests.alerts.oncall_parts import NOW, Clock, PatientSteps, Queue
from tests.mail.test_letters import Page
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
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr("bot.mail.rush.CALM_SECONDS", 0.001)
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
                patience=Patience(write_again=0.01),
            )  # fmt: skip
            yield Office(delivery, mails, server, clock, queue, told, counted)
            await delivery.aclose()


async def queued(office: Office, number: int = 0, session: Session | None = None) -> Mail:
    mail = one_mail(number, NOW)
    if session is not None:
        words = f'<p><a href="{LINK}">Open</a> {LINK}</p>'
        mail = replace(mail, session=session, text=f"Open {LINK}", html=words)
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
