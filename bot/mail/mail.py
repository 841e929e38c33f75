"""What a mail is, as plain data."""

from dataclasses import dataclass
from enum import StrEnum

from bot.portal.locales import AUTO


class State(StrEnum):
    """Where a mail stands. `SENDING` means begun and not done; to people it is still queued."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    PARKED = "parked"

    @property
    def shown(self) -> str:
        """Return the state as people and `history --json` know it."""
        return State.QUEUED.value if self is State.SENDING else self.value

    @property
    def is_final(self) -> bool:
        """Return whether nothing more happens without a person."""
        return self in {State.SENT, State.FAILED, State.PARKED}


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A rendered mail: its subject and both bodies.

    A recovery mail has `LINK` where the link will be; the step that sends it makes the link and puts it
    there.
    """

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Session:
    """The portal session a recovery mail needs; made inside the sending step, its address kept nowhere.

    `locale` is the page's language, which need not be the letter's: `auto` is that of the customer's browser.
    `reason` is what the agent gave with `for:`.
    """

    recover_until: int
    configuration: str | None = None
    customer_account: str | None = None
    reason: str | None = None
    locale: str = AUTO


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where the agent is told what became of the mail: a message that changes, the modal while it is open.

    `response_url` (of a pressed button, whose message it replaces) works until `until` (Unix seconds) and
    `uses` more times. `channel` and `ts` are a direct message of ours, which can be changed for ever.
    """

    user: str
    view: str | None = None
    response_url: str | None = None
    until: int = 0
    uses: int = 0
    channel: str | None = None
    ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it is kept. Times are Unix seconds; `text` and `html` are None once it is sent."""

    id: str
    request_key: str | None
    created_at: int
    actor: str
    customer: str
    livemode: bool
    template: str
    locale: str
    recipient: str
    subject: str
    text: str | None
    html: str | None
    session: Session | None
    state: State
    attempt: int
    due_at: int
    give_up_at: int
    begun_at: int | None = None
    finished_at: int | None = None
    code: str | None = None
    reply: str | None = None
    place: MailPlace | None = None
    told: str | None = None

    @property
    def stage(self) -> str:
        """Return the state for the agent: the one people know, or "retrying" after a failed attempt."""
        waits = self.state.shown == State.QUEUED.value
        return "retrying" if waits and self.code else self.state.shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. `code` names its words, `reply` is the server's own."""

    state: State
    code: str = ""
    reply: str | None = None


def job_key(mail_id: str, attempt: int) -> str:
    """Name the engine's job for one attempt (from 1) at a mail; the engine takes on each name once."""
    return f"mail {mail_id} {attempt}"
