"""One-time passcodes, and the mails that carry them."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from html import escape

from sandbox.mailbox.mail import Mail
from sandbox.stripe.portal.words import Words

VALID_SECONDS = 600
MOST_ATTEMPTS = 5
SENDER = "Stripe sandbox <no-reply@stripe.sandbox>"

SendMail = Callable[[Mail], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Passcode:
    """A code that was sent, until when it is good (Unix seconds), and how often it was guessed wrong."""

    code: str
    expires_at: int
    attempts: int = 0


class Passcodes:
    """Sends codes and checks them. A scope names what the code opens."""

    def __init__(self, clock: Callable[[], int], send_mail: SendMail) -> None:
        self._clock = clock
        self._send_mail = send_mail
        self._sent: dict[tuple[str, str], Passcode] = {}

    async def send(self, scope: str, email: str, merchant: str, words: Words) -> None:
        """Mail a fresh code to that address."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        self._sent[scope, email.casefold()] = Passcode(code, self._clock() + VALID_SECONDS)
        text = words("mail_text", merchant=merchant)
        await self._send_mail(
            Mail(
                to=email,
                subject=words("mail_subject", merchant=merchant, code=code),
                text=f"{text}\n\n{code}\n",
                html=f"<p>{escape(text)}</p><p style='font-size:28px;letter-spacing:6px'><b>{code}</b></p>",
                sender=SENDER,
            )
        )

    def check(self, scope: str, email: str, code: str) -> bool:
        """Return whether this is the code: it works once, for ten minutes, until five wrong guesses."""
        key = (scope, email.casefold())
        known = self._sent.get(key)
        if known is None or known.expires_at < self._clock() or known.attempts >= MOST_ATTEMPTS:
            return False
        if hmac.compare_digest(known.code.encode(), code.replace(" ", "").encode()):
            del self._sent[key]
            return True
        self._sent[key] = replace(known, attempts=known.attempts + 1)
        return False
