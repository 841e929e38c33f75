"""What handing a mail over can come to, against a real SMTP server on this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.errors import BadUsage
from bot.mail import smtp
from bot.mail.addresses import read_address
from bot.mail.mail import Outcome, State
from bot.mail.smtp import Connections, MailServer

SENDER, CUSTOMER = read_address("billing@example.com"), read_address("jenny@example.com")
READY = smtp.Envelope(SENDER, CUSTOMER, b"Subject: x\r\n\r\nhello\r\n", needs_utf8=False)


class Handler:
    """Answers as told."""

    def __init__(self, recipient: str = "250 ok", message: str = "250 taken", silent: bool = False) -> None:
        self.recipient = recipient
        self.message = message
        self.silent = silent
        self.taken = 0
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken += 1
        if self.silent:
            await asyncio.sleep(0.9)
        if self.message == "drop" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
            return "250 never read"
        return self.message


@asynccontextmanager
async def connected(handler: Handler, seconds: float = 0.4, utf8: bool = False) -> AsyncIterator[Connections]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="test", loop=loop, enable_SMTPUTF8=utf8), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    connections = Connections(MailServer.read(f"smtp://127.0.0.1:{port}", answer_seconds=seconds))
    try:
        yield connections
    finally:
        server.close()


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def attempt(handler: Handler) -> Outcome | None:
    async with connected(handler) as connections:
        return await connections.hand_over(READY, yes)


async def test_taken_is_sent() -> None:
    outcome = await attempt(Handler())
    assert outcome == Outcome(State.SENT, reply="250 taken")


@pytest.mark.parametrize(
    ("handler", "state", "code"),
    [
        (Handler(recipient="450 later"), State.QUEUED, "refused_for_now"),
        (Handler(recipient="550 nobody"), State.FAILED, "refused"),
        (Handler(message="451 later"), State.QUEUED, "refused_for_now"),
        (Handler(message="554 spam"), State.FAILED, "refused"),
        (Handler(message="drop"), State.PARKED, "in_doubt"),
        (Handler(silent=True), State.PARKED, "in_doubt"),
    ],
)
async def test_every_answer_has_its_consequence(handler: Handler, state: State, code: str) -> None:
    outcome = await attempt(handler)
    assert outcome is not None
    assert (outcome.state, outcome.code) == (state, code)


async def test_nothing_is_handed_over_that_somebody_else_has_begun() -> None:
    handler = Handler()
    async with connected(handler) as connections:
        assert await connections.hand_over(READY, no) is None
    assert handler.taken == 0


async def test_no_server_means_another_try() -> None:
    connections = Connections(MailServer.read("smtp://127.0.0.1:9", answer_seconds=0.3))
    outcome = await connections.hand_over(READY, yes)
    assert outcome == Outcome(State.QUEUED, "mail_server_unreachable")


async def test_letters_beyond_ascii_need_a_server_that_can() -> None:
    ready = smtp.Envelope(SENDER, read_address("jürgen@example.com"), "Subject: ü\r\n\r\n".encode(), True)
    async with connected(Handler(), utf8=True) as connections:
        assert (await connections.hand_over(ready, yes) or Outcome(State.FAILED)).state is State.SENT
    async with connected(Handler()) as connections:
        assert await connections.hand_over(ready, yes) == Outcome(State.FAILED, "no_utf8_addresses")


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [
        ("smtp://mail.example.com", "starttls", 587),
        ("smtps://mail.example.com", "from_start", 465),
        ("smtp://mail.example.com?tls=never", "never", 25),
        ("smtp://127.0.0.1:1025", "never", 1025),
        ("smtp://localhost", "never", 25),
    ],
)
def test_plain_text_is_for_this_machine_and_for_who_asks_for_it(url: str, tls: str, port: int) -> None:
    server = MailServer.read(url)
    assert (server.tls, server.port) == (tls, port)


def test_user_and_password_are_decoded_and_never_shown() -> None:
    server = MailServer.read("smtp://us%40er:p%2Fw@mail.example.com")
    assert server.user == "us@er"
    assert server.password is not None
    assert server.password.reveal() == "p/w"
    assert "p/w" not in repr(server)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b.c",
        "a b@c.de",
        "a@b@c\r\n",
        "a\r\nb@c.de",
        "<a@b.c>",
        "a@-b.c",
        "x" * 65 + "@b.c",
        "a@" + "b" * 250,
        "a..b@c.de",
        "a@b_c.de",
        "a@☃.example",
        "a@b.c,d@e.f",
    ],
)
def test_an_address_no_server_would_take_is_refused(text: str) -> None:
    with pytest.raises(BadUsage, match="mail_address_unusable"):
        read_address(text)


def test_a_domain_beyond_ascii_is_written_in_ascii() -> None:
    address = read_address("info@münchen.example")
    assert str(address) == "info@xn--mnchen-3ya.example"
    assert not address.needs_utf8


def test_a_sharp_s_stays_one_as_idna_2008_has_it() -> None:
    assert read_address("jo@straße.de").domain == "xn--strae-oqa.de"
    assert read_address("jo@STRASSE.de").domain == "strasse.de"


async def test_reaching_the_server_sends_nothing() -> None:
    handler = Handler()
    async with connected(handler) as connections:
        assert await connections.reach() is None
    assert (handler.connections, handler.taken) == (1, 0)


async def test_a_server_that_cannot_be_reached_says_what_a_mail_would_come_to() -> None:
    nobody = Connections(MailServer.read("smtp://127.0.0.1:9", answer_seconds=0.4))
    assert await nobody.reach() == Outcome(State.QUEUED, "mail_server_unreachable")
    async with connected(Handler()) as open_to_all:
        server = open_to_all._server
        with_password = f"smtp://me:secret@{server.host}:{server.port}"
        asked = await Connections(MailServer.read(with_password, answer_seconds=0.4)).reach()
    assert asked is not None
    assert asked.code == "mail_server_odd"  # offers no way to log in
