"""A mail in one line."""

from bot.mail.mail import Mail
from bot.words import Words

MARKS = {"queued": "queued", "sent": "ok", "failed": "broken", "parked": "warning"}


def mail_mark(words: Words, mail: Mail) -> str:
    """The sign for its state."""
    return words.sentence("marks", MARKS[mail.state.shown])


def mail_line(words: Words, mail: Mail) -> str:
    """When, which, and how it stands."""
    facts = {
        "mark": mail_mark(words, mail),
        "at": mail.finished_at or mail.created_at,
        "subject": mail.subject,
        "state": mail.state.shown,
    }
    return words.markup("mail", "line", facts)
