"""What leaves for the mail server, read back as a mail program reads it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.mail.addresses import MailAddress, read_address
from bot.mail.mail import Mail, RenderedMail, State
from bot.mail.message import Sender, envelope

SENDER = Sender(
    "Merchant & Söhne", read_address("billing@merchant.example"), read_address("help@merchant.example")
)
MAIL = Mail(
    id="mail_1", request_key="r", created_at=0, actor="U1", customer="cus_1", livemode=False,
    template="login_link", locale="pt-BR", recipient="jenny@example.com", subject="", text="", html="",
    session=None, state=State.QUEUED, attempt=0, due_at=0, give_up_at=1,
)  # fmt: skip
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


def read(rendered: RenderedMail) -> EmailMessage:
    ready = envelope(MAIL, rendered, SENDER, read_address(MAIL.recipient), 1_700_000_000)
    read_back = message_from_bytes(ready.message, policy=policy.default)
    assert isinstance(read_back, EmailMessage)
    return read_back


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).rstrip("\r\n")


def test_a_mail_says_what_a_mail_program_wants_to_know() -> None:
    message = read(RenderedMail("Your billing page", "Hello", "<p>Hello</p>"))
    assert message["From"] == "Merchant & Söhne <billing@merchant.example>"
    assert message["To"] == "jenny@example.com"
    assert message["Reply-To"] == "help@merchant.example"
    assert message["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert message["Message-ID"] == "<mail_1@merchant.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "pt-BR"
    assert message.get_content_type() == "multipart/alternative"


@given(subject=LINES, text=LINES, html=LINES)
@example(subject="x", text="--=_portalbot", html="--=_portalbot--")
@example(subject="x", text="--=_portalbot\r\nContent-Type: text/html\r\n\r\n<script>", html="=_portalbot")
def test_whatever_is_written_arrives_as_it_was_written(subject: str, text: str, html: str) -> None:
    message = read(RenderedMail(subject, text, html))
    assert len(list(message.iter_parts())) == 2
    assert body(message, "plain").splitlines() == text.rstrip("\r\n").splitlines()
    assert body(message, "html").splitlines() == html.rstrip("\r\n").splitlines()


@pytest.mark.parametrize("subject", ["one\r\nBcc: all@example.com", "one\nBcc: all@example.com"])
def test_a_line_break_never_gets_into_a_header(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        read(RenderedMail(subject, "", ""))


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    ready = envelope(MAIL, RenderedMail("x", "", ""), SENDER, MailAddress("jürgen", "example.com"), 0)
    assert ready.needs_utf8
    assert "To: jürgen@example.com".encode() in ready.message
