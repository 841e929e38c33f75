"""Describes a mail in one line."""

from bot.mail.mail import Mail
from bot.words import Words

MARKS = {"queued": "queued", "sent": "ok", "failed": "broken", "parked": "warning"}


def mail_mark(words: Words, mail: Mail) -> str:
    """Return the mark of a mail's state."""
    return words.sentence("marks", MARKS[mail.state.shown])


def mail_line(words: Words, mail: Mail) -> str:
    """Return a line with the time, the subject and the state of a mail."""
    facts = {
        "mark": mail_mark(words, mail),
        "at": mail.finished_at or mail.created_at,
        "subject": mail.subject,
        "state": mail.state.shown,
    }
    return words.markup("mail", "line", facts)
