"""From words to an Internet message. `EmailMessage` refuses line breaks in headers; all go through it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy

from bot.mail.addresses import MailAddress
from bot.mail.mail import Mail, RenderedMail
from bot.mail.smtp import Envelope

# No line of a quoted-printable part can be this: "=" is always followed by two digits there.
_BOUNDARY = "=_portalbot"

_ASCII = EmailPolicy(linesep="\r\n")
_UTF8 = _ASCII.clone(utf8=True)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from, and where answers to them go."""

    name: str
    address: MailAddress
    reply_to: MailAddress | None = None


def message_id(mail_id: str, sender: MailAddress) -> str:
    """Return the Message-ID of a mail, the same for every attempt."""
    return f"<{mail_id}@{sender.domain}>"


def envelope(
    mail: Mail, rendered: RenderedMail, sender: Sender, recipient: MailAddress, now: int
) -> Envelope:
    """Write the message. `now` (Unix seconds) is its date."""
    utf8 = recipient.needs_utf8 or sender.address.needs_utf8
    message = EmailMessage(policy=_UTF8 if utf8 else _ASCII)
    message["From"] = sender.address.header(sender.name)
    message["To"] = recipient.header()
    if sender.reply_to is not None:
        message["Reply-To"] = sender.reply_to.header()
    message["Subject"] = rendered.subject
    message["Date"] = datetime.fromtimestamp(now, UTC)
    message["Message-ID"] = message_id(mail.id, sender.address)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text, cte="quoted-printable")
    message.make_alternative(boundary=_BOUNDARY)
    message["Content-Language"] = mail.locale  # last: content takes the place of what was said about it
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return Envelope(sender.address, recipient, message.as_bytes(), utf8)
