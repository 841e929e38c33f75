"""A real SMTP server in front of the mailbox, with faults on demand."""

import asyncio
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.faults import FaultSwitches
from sandbox.mailbox.mail import Mail
from sandbox.mailbox.store import Mailbox
from sandbox.traffic import Traffic

FAULTS: Final = ("4xx", "5xx", "timeout", "drop")
"""Refuse for now; refuse for good; keep the mail and never say so; cut the connection before keeping it."""
LONGEST_SILENCE = 120.0


class SmtpServer:
    """Accepts mail for everybody on one loopback port."""

    def __init__(self, mailbox: Mailbox, traffic: Traffic, clock: Callable[[], float]) -> None:
        self.faults = FaultSwitches(FAULTS)
        self.port = 0
        self._mailbox = mailbox
        self._traffic = traffic
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._stopping = asyncio.Event()

    async def start(self, host: str, port: int) -> None:
        """Listen on a port, which `port` then names; 0 takes a free one."""
        self._stopping.clear()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="sandbox", loop=loop), host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and end every silence."""
        self._stopping.set()
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Take one mail; aiosmtpd calls this and sends what it returns."""
        started = time.perf_counter()
        fault = self.faults.take("DATA")
        kind = fault.kind if fault else ""
        if kind in {"", "timeout"}:
            self._keep(envelope)
        answer = {"4xx": "451 Try again later", "5xx": "550 No such mailbox"}.get(kind, "250 OK")
        self._traffic.add(
            at=self._clock(),
            service="smtp",
            name=f"mail to {', '.join(envelope.rcpt_tos)}",
            status=kind or "250",
            milliseconds=int((time.perf_counter() - started) * 1000),
            alarming=bool(kind),
        )
        if kind == "drop" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        if fault is not None and kind == "timeout":
            await self._say_nothing(fault.seconds if fault.seconds > 1 else LONGEST_SILENCE)
        return answer

    async def _say_nothing(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        message = message_from_bytes(raw, policy=policy.default)
        mail = Mail(
            to=str(message["To"] or ", ".join(envelope.rcpt_tos)),
            subject=str(message["Subject"] or ""),
            text=_part(message, "plain"),
            html=_part(message, "html"),
            sender=str(message["From"] or envelope.mail_from or ""),
        )
        self._mailbox.deliver(
            mail,
            via="smtp",
            message_id=str(message["Message-ID"] or ""),
            reply_to=str(message["Reply-To"] or ""),
        )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
