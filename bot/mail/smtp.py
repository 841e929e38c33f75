"""Handing one message to the mail server, and telling apart what that can come to.

The moment that counts is the end of DATA: from then on the server may have the mail, and without its answer
nobody knows. `begin` is awaited right before, so that whatever fails earlier is simply tried again.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from bot.mail.addresses import MailAddress
from bot.mail.mail import Outcome, State
from bot.portal.secret import Secret
from bot.setting_texts import is_loopback, split_url

ANSWER_SECONDS: Final = 30.0
"""Seconds to wait for each answer of the server, the one after the message included."""

Begin = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class MailServer:
    """SMTP_URL, read. `tls` is "from_start" (smtps), "starttls" or "never"."""

    host: str
    port: int
    tls: str
    user: str | None = None
    password: Secret | None = None
    answer_seconds: float = ANSWER_SECONDS

    @classmethod
    def read(cls, url: str, answer_seconds: float = ANSWER_SECONDS) -> "MailServer":
        """Read a checked SMTP_URL. Plain text is for this machine, and for who says `?tls=never`."""
        parts = split_url(url)
        host = parts.hostname or ""
        from_start = parts.scheme == "smtps"
        plain = not from_start and (is_loopback(host) or "tls=never" in parts.query)
        return cls(
            host=host,
            port=parts.port or (465 if from_start else 25 if plain else 587),
            tls="from_start" if from_start else "never" if plain else "starttls",
            user=unquote(parts.username) if parts.username else None,
            password=Secret(unquote(parts.password)) if parts.password else None,
            answer_seconds=answer_seconds,
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message ready to go."""

    sender: MailAddress
    recipient: MailAddress
    message: bytes
    needs_utf8: bool


class Connections:
    """Connects to one mail server, anew for each mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._tls = None if server.tls == "never" else ssl.create_default_context()

    async def hand_over(self, envelope: Envelope, begin: Begin) -> Outcome | None:
        """Try once to send a message. None when `begin` says that another attempt has it.

        QUEUED means: not taken, try again. Never raises for what the server or the network does.
        """
        begun = False
        try:
            async with self._connected() as client:
                refused = await _announce(client, envelope)
                if refused is not None or not await begin():
                    return refused
                begun = True
                answer = await client.data(envelope.message)
                return Outcome(State.SENT, reply=f"{answer.code} {answer.message}")
        except SMTPResponseException as error:
            return _refusal(error)
        except (SMTPException, OSError, TimeoutError) as error:
            return Outcome(State.PARKED, "in_doubt") if begun else _unreachable(error)

    async def reach(self) -> Outcome | None:
        """Connect and log in only. Returns None when that works, else what a mail would come to."""
        try:
            async with self._connected() as client:
                await client.ehlo()
        except SMTPResponseException as error:
            return _refusal(error)
        except (SMTPException, OSError, TimeoutError) as error:
            return _unreachable(error)
        return None

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        """Connect and log in; say goodbye at the end. Raises as aiosmtplib does."""
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.answer_seconds,
            use_tls=server.tls == "from_start",
            start_tls=server.tls == "starttls",
            tls_context=self._tls,
            username=server.user,
            password=server.password.reveal() if server.password else None,
        )
        try:
            await client.connect()
            yield client
        finally:
            await _part(client)


async def _announce(client: SMTP, envelope: Envelope) -> Outcome | None:
    """Name sender and recipient. Returns a refusal, or None when the server takes the message."""
    await client._ehlo_or_helo_if_needed()
    if envelope.needs_utf8 and not client.supports_extension("smtputf8"):
        return Outcome(State.FAILED, "no_utf8_addresses")
    options = [b"SMTPUTF8"] if envelope.needs_utf8 else []
    if client.supports_extension("8bitmime"):
        options.append(b"BODY=8BITMIME")
    sender, recipient = (f"<{address}>".encode() for address in (envelope.sender, envelope.recipient))
    for command in ((b"MAIL", b"FROM:" + sender, *options), (b"RCPT", b"TO:" + recipient)):
        answer = await client.execute_command(*command)
        if not 200 <= answer.code < 300:
            raise SMTPResponseException(answer.code, answer.message)
    return None


async def _part(client: SMTP) -> None:
    if client.is_connected:
        # What was to be known is known; the goodbye is a courtesy.
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            await asyncio.wait_for(client.quit(), 1)
    client.close()


def _refusal(error: SMTPResponseException) -> Outcome:
    reply = f"{error.code} {error.message}"
    if isinstance(error, SMTPAuthenticationError) and error.code >= 500:
        return Outcome(State.FAILED, "mail_login_refused", reply)
    if 400 <= error.code < 500:
        return Outcome(State.QUEUED, "refused_for_now", reply)
    return Outcome(State.FAILED, "refused", reply)


def _unreachable(error: Exception) -> Outcome:
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Outcome(State.QUEUED, "mail_certificate")
    if isinstance(cause, ssl.SSLError):
        return Outcome(State.QUEUED, "mail_server_odd")  # it speaks no TLS, or not on this port
    if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected | OSError):
        return Outcome(State.QUEUED, "mail_server_odd")  # no STARTTLS, no way to log in
    return Outcome(State.QUEUED, "mail_server_unreachable")
