"""What the outbox hands to whoever sends it."""

from dataclasses import dataclass

from bot.alerts.alert import COPIES, Alert, Note


@dataclass(frozen=True, slots=True)
class AlertToSend:
    """An alert whose message is missing or behind; `in_doubt` when an earlier try may have reached Slack."""

    alert: Alert
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class NoteToSend:
    """A note, and the alert it is about."""

    note: Note
    alert: Alert | None
    in_doubt: bool

    @property
    def shown(self) -> Alert | None:
        """Return the alert when the note is that alert itself, sent to a person."""
        return self.alert if self.note.template in COPIES else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Channels with something to send: those that are `free`; when the next of the others is, in Unix ms."""

    free: tuple[str, ...]
    until: int | None = None


ToSend = AlertToSend | NoteToSend
