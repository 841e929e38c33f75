"""Mail addresses as the envelope needs them. Stripe and people give them, so nothing is taken on trust."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

from bot.errors import BadUsage


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address that can stand in an envelope: `domain` is in its ASCII form, the local part may not be."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Return whether only a server with SMTPUTF8 can take it."""
        return not self.local.isascii()

    def header(self, name: str = "") -> Address:
        """Return the address for a header."""
        return Address(display_name=name, username=self.local, domain=self.domain)


def read_address(text: str) -> MailAddress:
    """Read a bare address; no name server is asked. Raises BadUsage("mail_address_unusable")."""
    try:
        # A mail server of one's own network, or of a test, is as good as any.
        read = validate_email(
            text.strip(),
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError:
        raise BadUsage("mail_address_unusable") from None
    return MailAddress(read.local_part, read.ascii_domain)


def read_sender(text: str) -> tuple[str, MailAddress]:
    """Read `Name <address>` or a bare address of the settings: the name (may be empty) and the address."""
    name, address = parseaddr(text)
    return name, read_address(address)
