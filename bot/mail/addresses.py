"""Mail addresses as the envelope needs them. Stripe and people give them, so nothing is taken on trust."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr

from bot.errors import BadUsage

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f<>()\[\]\\,;:\"@]+")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address that can stand in an envelope: `domain` is in its ASCII form, the local part may not be."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 can take it."""
        return not self.local.isascii()

    def header(self, name: str = "") -> Address:
        """For a header."""
        return Address(display_name=name, username=self.local, domain=self.domain)


def read_address(text: str) -> MailAddress:
    """Read a bare address. Raises BadUsage("mail_address_unusable")."""
    local, at, domain = text.strip().rpartition("@")
    if not at or len(text) > LONGEST_ADDRESS or len(local.encode()) > LONGEST_LOCAL_PART:
        raise BadUsage("mail_address_unusable")
    if not _LOCAL.fullmatch(local) or not local.isprintable() or local[0] == "." or local[-1] == ".":
        raise BadUsage("mail_address_unusable")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadUsage("mail_address_unusable") from None
    if not _DOMAIN.fullmatch(ascii_domain):
        raise BadUsage("mail_address_unusable")
    return MailAddress(local, ascii_domain.lower())


def read_sender(text: str) -> tuple[str, MailAddress]:
    """Read `Name <address>` or a bare address of the settings: the name (may be empty) and the address."""
    name, address = parseaddr(text)
    return name, read_address(address)
