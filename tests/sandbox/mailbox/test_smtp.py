"""The mailbox takes real SMTP, and can be told to be a bad server."""

import asyncio
import smtplib
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from sandbox.faults import Fault
from sandbox.feed import Feed
from sandbox.mailbox.smtp import SmtpServer
from sandbox.mailbox.store import Mailbox
from sandbox.traffic import Traffic


@pytest.fixture
async def server() -> AsyncIterator[tuple[SmtpServer, Mailbox]]:
    feed = Feed()
    mailbox = Mailbox(feed, time.time)
    smtp = SmtpServer(mailbox, Traffic(feed), time.time)
    await smtp.start("127.0.0.1", 0)
    yield smtp, mailbox
    await smtp.stop()


async def send(smtp: SmtpServer, patience: float = 5) -> None:
    message = EmailMessage()
    message["From"] = "Acme <support@acme.example>"
    message["To"] = "Jenny <jenny@example.com>"
    message["Subject"] = "Ihr Zugang – schön"
    message["Message-ID"] = "<job-1@acme.example>"
    message["Reply-To"] = "help@acme.example"
    message.set_content("Hallo Jenny, grüße\n")
    message.add_alternative("<p>Hallo <b>Jenny</b></p>", subtype="html")

    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", smtp.port, timeout=patience) as client:
            client.send_message(message)

    await asyncio.to_thread(deliver)


async def test_a_mail_is_kept_with_both_parts(server: tuple[SmtpServer, Mailbox]) -> None:
    smtp, mailbox = server
    await send(smtp)
    (stored,) = mailbox.mails
    assert stored.mail.to == "Jenny <jenny@example.com>"
    assert stored.mail.subject == "Ihr Zugang – schön"
    assert stored.mail.text == "Hallo Jenny, grüße\n"
    assert "<b>Jenny</b>" in stored.mail.html
    assert stored.to_json()["message_id"] == "<job-1@acme.example>"
    assert (stored.via, stored.reply_to) == ("smtp", "help@acme.example")


@pytest.mark.parametrize(("kind", "code"), [("4xx", 451), ("5xx", 550)])
async def test_it_refuses_on_demand(server: tuple[SmtpServer, Mailbox], kind: str, code: int) -> None:
    smtp, mailbox = server
    smtp.faults.set(Fault(kind, times=1))
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await send(smtp)
    assert refused.value.smtp_code == code
    await send(smtp)
    assert len(mailbox.mails) == 1


async def test_it_cuts_the_connection_on_demand_and_keeps_nothing(server: tuple[SmtpServer, Mailbox]) -> None:
    smtp, mailbox = server
    smtp.faults.set(Fault("drop", times=1))
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        await send(smtp)
    assert mailbox.mails == []


async def test_it_keeps_a_mail_and_falls_silent_on_demand(server: tuple[SmtpServer, Mailbox]) -> None:
    smtp, mailbox = server
    smtp.faults.set(Fault("timeout", times=1))
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        await send(smtp, patience=0.3)
    assert len(mailbox.mails) == 1
