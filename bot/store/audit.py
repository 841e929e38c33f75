"""The audit trail: who did what for whom, when and why. Append-only, and never with a session URL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, select

from bot.errors import Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.redaction import redact_credentials
from bot.store import tables
from bot.store.database import Database
from bot.store.inserts import insert_new, storable

LONGEST_HISTORY = 1000

_log = get_log(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the trail.

    `at` is Unix seconds; `actor` a Slack user id or `cli:<user>`; `session` the id `bps_…`, never the URL;
    `code` the refusal's code when `outcome` is not a success. `request_key` is the same for every delivery of
    one request, so that a repeated one is written once.
    """

    at: int
    actor: str
    verb: str
    outcome: str
    livemode: bool
    role: str | None = None
    customer: str | None = None
    subscription: str | None = None
    flow: str | None = None
    session: str | None = None
    channel: str | None = None
    reason: str | None = None
    code: str | None = None
    duration_ms: int | None = None
    request_key: str | None = None
    mail_state: str | None = None
    """What became of the mail of this line, when there is one: read from `mails`, never written here."""


MailStates = Callable[[Connection, Sequence[str]], Mapping[str, str]]
"""Looks up what became of mails, by the request keys of their audit lines."""

_NAMES = tuple(field.name for field in fields(AuditEntry) if field.name != "mail_state")
_COLUMNS = tuple(tables.audit.c[name] for name in _NAMES)


class AuditTrail:
    """Reads and writes the trail."""

    def __init__(self, database: Database, metrics: Metrics, mail_states: MailStates | None = None) -> None:
        """Without `mail_states` no line says what became of its mail."""
        self._database = database
        self._metrics = metrics
        self._mail_states = mail_states

    async def write(self, entry: AuditEntry) -> bool:
        """Add a line; False when one with the same `request_key` was there already, or when it is lost.

        Credentials in any field are replaced first: whoever calls should not have put one there, and the
        trail is kept for years. A line that is lost is counted and logged; no live session is handed out
        without its line, so one that names it raises Unavailable("audit_unwritable").
        """
        row = _row(entry)
        try:
            # No key is never the same as another: a unique column takes any number of NULLs.
            return await self._database.write(
                lambda connection: insert_new(connection, tables.audit, tables.audit.c.request_key, row)
            )
        except Unavailable:
            self._metrics.audit_failures.inc()
            _log.error("audit_line_lost", verb=entry.verb, outcome=entry.outcome, actor=entry.actor)
            if entry.session is not None and entry.livemode:
                raise Unavailable("audit_unwritable", retry=True) from None
            return False

    async def history(
        self, customer: str | None = None, actor: str | None = None, limit: int = 50
    ) -> tuple[AuditEntry, ...]:
        """Return the newest lines first, of one customer, of one actor, or of all. Raises Unavailable."""
        query = select(*_COLUMNS).order_by(tables.audit.c.id.desc()).limit(min(limit, LONGEST_HISTORY))
        if customer is not None:
            query = query.where(tables.audit.c.customer == customer)
        if actor is not None:
            query = query.where(tables.audit.c.actor == actor)

        def read(connection: Connection) -> tuple[AuditEntry, ...]:
            rows = [row._mapping for row in connection.execute(query)]
            mailed = [row["request_key"] for row in rows if row["verb"] == "email" and row["request_key"]]
            states = self._mail_states(connection, mailed) if mailed and self._mail_states else {}
            return tuple(AuditEntry(**row, mail_state=states.get(row["request_key"])) for row in rows)

        return await self._database.read(read)


_IN_HISTORY = (
    "at", "actor", "role", "verb", "customer", "subscription", "flow", "session", "reason", "outcome",
    "mail_state",
)  # fmt: skip


def history_json(entries: Iterable[AuditEntry]) -> list[dict[str, str | int | None]]:
    """The list that `history --json` prints. `mail_state` is null for what is not a mail."""
    return [{name: getattr(entry, name) for name in _IN_HISTORY} for entry in entries]


def _row(entry: AuditEntry) -> dict[str, object]:
    row = asdict(entry)
    del row["mail_state"]
    return {
        name: storable(redact_credentials(value)) if isinstance(value, str) else value
        for name, value in row.items()
    }
