"""The audit trail: who did what for whom, when and why. Append-only, and never with a session URL."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from sqlalchemy import select

from bot.redaction import redact_credentials
from bot.store import tables
from bot.store.engine import Database
from bot.store.inserts import insert_new, storable

LONGEST_HISTORY = 1000


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


_COLUMNS = tuple(tables.audit.c[field.name] for field in fields(AuditEntry))


class AuditTrail:
    """Reads and writes the trail. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database) -> None:
        """Use this database."""
        self._database = database

    async def write(self, entry: AuditEntry) -> bool:
        """Add a line; False when one with the same `request_key` was there already.

        Credentials in any field are replaced first: whoever calls should not have put one there, and the
        trail is kept for years.
        """
        row = _row(entry)
        # No key is never the same as another: both databases let any number of NULLs into a unique column.
        return await self._database.write(
            lambda connection: insert_new(connection, tables.audit, tables.audit.c.request_key, row)
        )

    async def history(
        self, customer: str | None = None, actor: str | None = None, limit: int = 50
    ) -> tuple[AuditEntry, ...]:
        """The newest lines, newest first, of one customer, of one actor, or of all."""
        query = select(*_COLUMNS).order_by(tables.audit.c.id.desc()).limit(min(limit, LONGEST_HISTORY))
        if customer is not None:
            query = query.where(tables.audit.c.customer == customer)
        if actor is not None:
            query = query.where(tables.audit.c.actor == actor)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple(AuditEntry(**row._mapping) for row in rows)


_IN_HISTORY = (
    "at", "actor", "role", "verb", "customer", "subscription", "flow", "session", "reason", "outcome",
)  # fmt: skip


def history_json(entries: Iterable[AuditEntry]) -> list[dict[str, str | int | None]]:
    """The list that `history --json` prints. `mail_state` is null for what is not a mail."""
    return [{name: getattr(entry, name) for name in _IN_HISTORY} | {"mail_state": None} for entry in entries]


def _row(entry: AuditEntry) -> dict[str, object]:
    row = asdict(entry)
    return {
        name: storable(redact_credentials(value)) if isinstance(value, str) else value
        for name, value in row.items()
    }
