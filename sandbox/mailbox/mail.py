"""What the sandbox hands to its mailbox."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, as a mailbox shows it. `sender` is the address it claims to come from."""

    to: str
    subject: str
    text: str
    html: str
    sender: str
