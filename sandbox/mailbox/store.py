"""The mails that arrived."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.feed import Feed
from sandbox.mailbox.mail import Mail


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail as it lies in the mailbox. `via` is `smtp`, or `stripe` for what the Stripe stand-in sent."""

    number: int
    at: float
    via: str
    mail: Mail
    message_id: str = ""
    reply_to: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it flat, as the control API shows it."""
        about = {"number": self.number, "at": self.at, "via": self.via}
        return {**about, "message_id": self.message_id, "reply_to": self.reply_to, **asdict(self.mail)}


class Mailbox:
    """Every mail since the last reset, newest last."""

    def __init__(self, feed: Feed, clock: Callable[[], float]) -> None:
        self._feed = feed
        self._clock = clock
        self._count = 0
        self.mails: list[StoredMail] = []

    def deliver(self, mail: Mail, *, via: str = "stripe", message_id: str = "", reply_to: str = "") -> None:
        """Put a mail in and tell the pages."""
        self._count += 1
        self.mails.append(StoredMail(self._count, self._clock(), via, mail, message_id, reply_to))
        self._feed.publish("mail", number=self._count)

    def find(self, number: int) -> StoredMail | None:
        """Return one mail."""
        return next((stored for stored in self.mails if stored.number == number), None)

    def clear(self) -> None:
        """Empty the mailbox."""
        self.mails.clear()
        self._feed.publish("mail", number=0)
