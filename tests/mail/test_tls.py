"""Encryption to the mail server, with certificates of a little authority made for the tests."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.mail import smtp
from bot.mail.addresses import read_address
from bot.mail.mail import Outcome, State
from bot.mail.smtp import Connections, MailServer
from bot.portal.secret import Secret

OPENSSL = shutil.which("openssl")
READY = smtp.Envelope(
    read_address("billing@example.com"),
    read_address("jenny@example.com"),
    b"Subject: x\r\n\r\nhello\r\n",
    False,
)
WAYS = ("from_start", "starttls")

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="makes its certificates with the openssl program")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM."""

    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """For a server."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context


# Python 3.13 verifies strictly (RFC 5280): who signs says so, and who does not says that, too.
SIGNS = ("keyUsage=critical,keyCertSign",)
SERVES = ("basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature,keyEncipherment")


def certificate(folder: Path, name: str, *extensions: str, by: Certificate | None = None) -> Certificate:
    """Make one, signed by `by` or by itself."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    command = [
        OPENSSL or "", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-sha256",
        "-subj", f"/CN={name}", "-keyout", str(made.key), "-out", str(made.chain),
    ]  # fmt: skip
    for extension in extensions:
        command += ["-addext", extension]
    if by is not None:
        command += ["-CA", str(by.chain), "-CAkey", str(by.key)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return made


@dataclass(frozen=True, slots=True)
class Authority:
    """Who is trusted, and servers that it vouches for or not."""

    trusted: Path
    good: Certificate
    other_host: Certificate
    self_signed: Certificate


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    root, here = certificate(folder, "root", *SIGNS), "subjectAltName=DNS:localhost"
    return Authority(
        trusted=root.chain,
        good=certificate(folder, "good", here, *SERVES, by=root),
        other_host=certificate(folder, "other", "subjectAltName=DNS:mail.example.com", *SERVES, by=root),
        self_signed=certificate(folder, "alone", here, *SERVES),
    )


@pytest.fixture
def trusting(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """As a merchant with an authority of its own sets it up."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trusted))
    return authority


@dataclass  # without slots: aiosmtpd reads every attribute, which before Python 3.11.5 fails with them
class Told:
    """What a server got to know."""

    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    messages: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.messages += 1
        return "250 taken"

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=True)


@asynccontextmanager
async def serving(told: Told, way: str, shown: Certificate | None) -> AsyncIterator[Connections]:
    """A server that wants a login, and connections to it; without a certificate it offers no encryption."""
    loop = asyncio.get_running_loop()
    context = shown.context() if shown else None
    server = await loop.create_server(
        lambda: SMTP(
            told, hostname="test", loop=loop, authenticator=told.log_in, auth_require_tls=False,
            tls_context=context if way == "starttls" else None,
        ),
        "127.0.0.1", 0, ssl=context if way == "from_start" else None,
    )  # fmt: skip
    port = int(server.sockets[0].getsockname()[1])
    connections = Connections(
        MailServer("localhost", port, way, user="billing", password=Secret("a password"), answer_seconds=5)
    )
    try:
        yield connections
    finally:
        server.close()


async def hand_over(told: Told, way: str, shown: Certificate | None) -> Outcome | None:
    async def begin() -> bool:
        return True

    async with serving(told, way, shown) as connections:
        return await connections.hand_over(READY, begin)


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_that_a_trusted_authority_vouches_for_gets_the_mail(
    trusting: Authority, way: str
) -> None:
    told = Told()
    outcome = await hand_over(told, way, trusting.good)
    assert outcome == Outcome(State.SENT, reply="250 taken")
    assert told.messages == 1
    assert told.logins == [(b"billing", b"a password")]


@pytest.mark.parametrize("way", WAYS)
async def test_a_certificate_for_another_host_gets_neither_password_nor_mail(
    trusting: Authority, way: str
) -> None:
    told = Told()
    assert await hand_over(told, way, trusting.other_host) == Outcome(State.QUEUED, "mail_certificate")
    assert told == Told()


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_that_vouches_for_itself_gets_neither_password_nor_mail(
    trusting: Authority, way: str
) -> None:
    told = Told()
    assert await hand_over(told, way, trusting.self_signed) == Outcome(State.QUEUED, "mail_certificate")
    assert told == Told()


async def test_an_authority_nobody_trusts_vouches_for_nothing(authority: Authority) -> None:
    told = Told()
    assert await hand_over(told, "starttls", authority.good) == Outcome(State.QUEUED, "mail_certificate")
    assert told == Told()


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_without_the_encryption_asked_for_gets_neither_password_nor_mail(way: str) -> None:
    told = Told()
    assert await hand_over(told, way, None) == Outcome(State.QUEUED, "mail_server_odd")
    assert told == Told()
