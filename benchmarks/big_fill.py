"""Fills the tables as years of work would, by SQL."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

CUSTOMER = "cus_big7"
"""One of the customers, each of whom has as much."""
CUSTOMERS = 1000
AUDIT_LINES, EVENTS, ALERTS = 2_000_000, 500_000, 200_000
DAY = 86_400
PIECE = 50_000
"""Rows that one statement inserts."""


def fill(connection: Connection, scale: float, now: int) -> None:
    """Insert audit lines, events, alerts, what made them, and thread replies, evenly over three years."""
    for statement, values in _statements(connection.dialect.name, scale, now):
        connection.execute(text(statement), values)
        connection.commit()
    connection.execute(text("ANALYZE"))
    connection.commit()


def _statements(dialect: str, scale: float, now: int) -> Iterator[tuple[str, dict[str, object]]]:
    lines, events, alerts = (int(each * scale) for each in (AUDIT_LINES, EVENTS, ALERTS))
    json = "CAST({} AS JSON)".format if dialect == "postgresql" else "{}".format
    facts = json("""'{"plan":"Pro","reason":"payment_disputed"}'""")
    payload = json(
        """'{"id":"evt_' || i || '","object":"event","data":{"object":{"id":"in_' || i || '","customer":"' """
        """|| customer || '","object":"invoice","lines":"' || :filling || '"}}}'"""
    )
    yield from _pieces(
        "audit (at, actor, role, verb, customer, flow, session, reason, outcome, livemode, duration_ms)",
        "at, 'U' || (i % 50), 'agent', 'home', customer, 'home', 'bps_' || i, 'for ' || i, 'issued', :no, 9",
        lines, _over(3 * 365, lines, now), {"no": False},
    )  # fmt: skip
    yield from _pieces(
        "stripe_events (id, type, created, livemode, received_at, payload, handled_at)",
        f"'evt_' || i, 'invoice.paid', at, :no, at, {payload}, at",
        events, _over(340, events, now), {"no": False, "filling": "x" * 800},
    )  # fmt: skip
    spread = _over(3 * 365, alerts, now)
    yield from _pieces(
        "alerts (rule, template, severity, group_key, status, storm, livemode, facts, about, customer,"
        " object, amount, currency, count, first_at, last_at, raised_at, changed_at, episode,"
        " escalated_episode, acknowledged_by, acknowledged_at, resolved_by, resolved_at, channel,"
        " message_channel, message_ts,"
        " revision, posted_revision)",
        f"'payment_failed', 'payment_failed', 'notify', 'invoice:in_' || i, 'resolved', :no, :no, {facts},"
        f" {facts}, customer, 'in_' || i, 4200, 'usd', 1, at, at, at, at, 1, 0,"
        " 'U1', at, 'U1', at, 'C0ALERTS', 'C0ALERTS', 'ts' || i, 2, 2",
        alerts, spread, {"no": False},
    )  # fmt: skip
    yield from _pieces(
        "alert_events (id, alert_id, rule, type, effect, severity, group_key, livemode, at, handled_at,"
        " customer, subscription, amount, currency, facts)",
        f"'evt_' || i, i, 'cancellation', 'customer.subscription.updated', 'raised', 'notify',"
        f" 'cancellation:sub_' || i, :no, at, at, customer, 'sub_' || i, 4200, 'usd', {facts}",
        alerts, spread, {"no": False},
    )  # fmt: skip
    yield from _pieces(
        "alert_notes (alert_id, key, template, facts, created_at, posted_at)",
        f"i, 'note:' || i, 'alert_mention', {facts}, at, at", alerts, spread, {},
    )  # fmt: skip


def _over(days: int, rows: int, now: int) -> tuple[int, float]:
    """When the first of so many rows is made, and the seconds to the next."""
    return now - days * DAY, days * DAY / max(rows, 1)


def _pieces(
    into: str, values: str, rows: int, spread: tuple[int, float], more: dict[str, object]
) -> Iterator[tuple[str, dict[str, object]]]:
    begun, between = spread
    for first in range(1, rows + 1, PIECE):
        statement = (
            f"INSERT INTO {into} WITH RECURSIVE n(i) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1"
            f" FROM n WHERE i < :last), made AS (SELECT i, CAST(:begun + i * :between AS BIGINT) AS at,"
            f" 'cus_big' || (i % {CUSTOMERS}) AS customer FROM n) SELECT {values} FROM made"
        )
        last = min(first + PIECE - 1, rows)
        yield statement, {"first": first, "last": last, "begun": begun, "between": between, **more}
