"""The audit trail: who did what for whom, when and why. It is append-only, and holds no session URL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from bot.errors import Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.redaction import redact_credentials
from bot.store import tables
from bot.store.database import Database
from bot.store.inserts import insert_new, storable

LONGEST_HISTORY = 1000
"""How many lines are read at most."""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A line of the audit trail.

    `at` is in Unix seconds. `actor` is a Slack user id, or `cli:<user>`. `session` is the id `bps_…`, never
    the URL. `code` is that of the refusal when `outcome` is no success. `request_key` is the same for each
    delivery of one request, so that a repeated request has one line.
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
    configuration: str | None = None
    mail_state: str | None = None
    """The state of the mail that this line is about, if any. It is read from the table `mails`."""
    outcome_of_link: str | None = None
    """What came of the link that this line is about, where that is known. It is read like what follows."""
    actions_of_link: Mapping[str, Any] | None = None
    """What was done through that link and since then, as the links' own table keeps it."""


MailStates = Callable[[Connection, Sequence[str]], Mapping[str, str]]
"""Returns the states of mails, by the request keys of their audit lines."""
ActionsOfLinks = Callable[[Connection, Sequence[str]], Mapping[str, tuple[str | None, Any]]]
"""Returns what came of links, by the ids of their sessions: in a word, and in full."""

_READ_ELSEWHERE = frozenset({"mail_state", "outcome_of_link", "actions_of_link"})
_NAMES = tuple(field.name for field in fields(AuditEntry) if field.name not in _READ_ELSEWHERE)
_COLUMNS = tuple(tables.audit.c[name] for name in _NAMES)


@dataclass(eq=False, repr=False)
class AuditTrail:
    """Reads and writes the audit trail.

    Leave empty what lines say of mails when `mail_states` is None, and of links without `actions_of_links`.
    """

    database: Database
    metrics: Metrics
    mail_states: MailStates | None = None
    actions_of_links: ActionsOfLinks | None = None

    async def write(
        self, entry: AuditEntry, with_it: Callable[[Connection], None] = lambda _connection: None
    ) -> bool:
        """Add a line, and return whether it was added. `with_it` is done in the same transaction, if it was.

        A line with a `request_key` that is there already is not added. Credentials in any field are replaced
        first, since the trail is kept for years. When the database does not answer, the lost line is counted
        and logged; a line about a live session then raises Unavailable("audit_unwritable"), since no live
        link may be given out without its line.
        """

        def work(connection: Connection) -> bool:
            added = add_line(connection, entry)
            if added:
                with_it(connection)
            return added

        try:
            return await self.database.write(work, wakes=False)
        except Unavailable:
            self.metrics.audit_failures.inc()
            _log.error("audit_line_lost", verb=entry.verb, outcome=entry.outcome, actor=entry.actor)
            if entry.session is not None and entry.livemode:
                raise Unavailable("audit_unwritable", retry=True) from None
            return False

    async def links_with(self, configuration: str, since: int) -> tuple[int, int]:
        """Return how many links were made with a configuration since then, and by how many people."""
        made = (
            tables.audit.c.configuration == configuration,
            tables.audit.c.at >= since,
            tables.audit.c.session.is_not(None),
        )
        query = select(func.count(), func.count(tables.audit.c.actor.distinct())).where(*made)
        count, people = await self.database.read(lambda connection: connection.execute(query).one())
        return int(count), int(people)

    async def history(
        self, customer: str | None = None, actor: str | None = None, limit: int = 50
    ) -> tuple[AuditEntry, ...]:
        """Return lines, the newest first: of one customer, of one actor, or of all. Raises Unavailable."""
        query = select(*_COLUMNS).order_by(tables.audit.c.id.desc()).limit(min(limit, LONGEST_HISTORY))
        if customer is not None:
            query = query.where(tables.audit.c.customer == customer)
        if actor is not None:
            query = query.where(tables.audit.c.actor == actor)

        def read(connection: Connection) -> tuple[AuditEntry, ...]:
            rows = [row._mapping for row in connection.execute(query)]
            mailed = [row["request_key"] for row in rows if row["verb"] == "email" and row["request_key"]]
            states = self.mail_states(connection, mailed) if mailed and self.mail_states else {}
            made = [row["session"] for row in rows if row["session"]]
            links = self.actions_of_links(connection, made) if made and self.actions_of_links else {}
            return tuple(_entry(row, states, links) for row in rows)

        return await self.database.read(read)


def add_line(connection: Connection, entry: AuditEntry) -> bool:
    """Add a line in a transaction that does what the line says; return whether it was added."""
    # Lines without a key never count as repeated: a unique column takes any number of NULLs.
    return insert_new(connection, tables.audit, tables.audit.c.request_key, _row(entry))


_IN_HISTORY = (
    "at", "actor", "role", "verb", "customer", "subscription", "flow", "session", "reason", "outcome",
    "mail_state",
)  # fmt: skip


def history_json(entries: Iterable[AuditEntry]) -> list[dict[str, str | int | None]]:
    """Return the list that `history --json` prints.

    `mail_state` is null for a line about no mail; `outcome_of_link` stands where one is known.
    """
    return [
        {name: getattr(entry, name) for name in _IN_HISTORY}
        | ({"outcome_of_link": entry.outcome_of_link} if entry.outcome_of_link else {})
        for entry in entries
    ]


def _entry(
    row: RowMapping, states: Mapping[str, str], links: Mapping[str, tuple[str | None, Any]]
) -> AuditEntry:
    outcome, actions = links.get(row["session"], (None, None))
    return AuditEntry(
        **{str(name): value for name, value in row.items()},
        mail_state=states.get(row["request_key"]),
        outcome_of_link=outcome,
        actions_of_link=actions,
    )


def _row(entry: AuditEntry) -> dict[str, object]:
    row = {name: getattr(entry, name) for name in _NAMES}
    return {
        name: storable(redact_credentials(value)) if isinstance(value, str) else value
        for name, value in row.items()
    }
