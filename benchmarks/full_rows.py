"""The rows of years of work, as SQL that makes them inside the database."""

from dataclasses import dataclass

AUDIT_LINES, EVENTS, ALERTS = 10_000_000, 2_000_000, 200_000
LINKS_OF, MAILS_OF = 5, 10
"""One in so many audit lines, the newest ones, still has its link, or its mail, beside it."""
CUSTOMERS, AGENTS = 200_000, 50
DAY = 86_400
AUDIT_DAYS, ALERT_DAYS, EVENT_DAYS = 700, 350, 85
"""Nothing is as old yet as what is pruned."""
OPEN_ALERTS = 400
"""So many alerts are open, and half as many are acknowledged or snoozed."""
FIRST_CUSTOMER = 10_000_000_000_000
HEAVIEST, USUAL = f"cus_{FIRST_CUSTOMER}", f"cus_{FIRST_CUSTOMER + CUSTOMERS // 3}"
"""A customer with thousands of lines, and one with some tens, as most have."""
AGENT = "U0AGENT7"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two kinds of database say differently: numbers up to a count, a random key, and JSON."""

    numbers: str
    key: str
    json: str


POSTGRESQL = Dialect(
    "generate_series(CAST(1 AS BIGINT), {}) AS n(i)",
    "encode(sha256(CAST(CAST(i AS TEXT) AS BYTEA)), 'hex')",
    "CAST({} AS JSON)",
)
SQLITE = Dialect(
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n)",
    "lower(hex(randomblob(32)))",
    "{}",
)


@dataclass(frozen=True, slots=True)
class Filling:
    """The statements that fill the tables of one database, at a scale of 1 to the full size."""

    dialect: Dialect
    scale: float
    now: int

    def by_table(self) -> dict[str, str]:
        """Return the statements by table, those that read another table after it."""
        return {
            "audit": self._audit(),
            "portal_links": self._links(),
            "mails": self._mails(),
            "stripe_events": self._events(),
            "alerts": self._alerts(),
            "alert_events": self._alert_events(),
            "alert_notes": self._alert_notes(),
        }

    def _rows(self, count: int, days: int) -> str:
        """Numbers `i` from 1 on, with a time and a customer for each, the newest a minute ago."""
        # Few customers have most of the lines: the share falls with the root of a customer's number.
        share = "(i * 2654435761 % 4294967296 / 65536)"
        at = f"{self.now - 60} - ({count} - i) * {days * DAY} / {count}"
        customer = f"'cus_' || ({FIRST_CUSTOMER} + {CUSTOMERS} * {share} * {share} / 4294967296)"
        numbers = self.dialect.numbers.format(count)
        return f"(SELECT i, {at} AS at, {customer} AS customer FROM {numbers}) AS made"

    def _count(self, full: int) -> int:
        return int(full * self.scale)

    def _json(self, text: str) -> str:
        return self.dialect.json.format(text)

    @property
    def _facts(self) -> str:
        return self._json("""'{"plan":"Pro","decline":"insufficient_funds","invoice":"in_1' || i || '"}'""")

    def _audit(self) -> str:
        return f"""INSERT INTO audit (id, at, actor, role, verb, customer, subscription, flow, session,
            channel, reason, outcome, code, duration_ms, livemode, request_key, configuration)
        SELECT i, at, 'U0AGENT' || (i * 7 % {AGENTS}), 'agent',
            CASE i % 10 WHEN 0 THEN 'home' WHEN 1 THEN 'home' WHEN 2 THEN 'payment' WHEN 3 THEN 'cancel'
                WHEN 4 THEN 'update' WHEN 5 THEN 'email' WHEN 6 THEN 'why' ELSE 'card' END,
            customer, CASE WHEN i % 10 IN (3, 4) THEN 'sub_1' || ({FIRST_CUSTOMER} + i) END,
            CASE i % 10 WHEN 2 THEN 'payment_method_update' WHEN 3 THEN 'subscription_cancel'
                WHEN 4 THEN 'subscription_update' END,
            CASE WHEN i % 10 < 5 THEN 'bps_1' || (100000000000000000 + i) END, 'C0SUPPORT',
            CASE WHEN i % 2 = 0 THEN 'ticket ' || (i / 2) END,
            CASE WHEN i % 10 < 6 THEN 'issued' WHEN i % 50 = 8 THEN 'refused' ELSE 'answered' END,
            CASE WHEN i % 50 = 8 THEN 'no_customer' END, 250 + i % 400, i % 10 <> 9, {self.dialect.key},
            CASE WHEN i % 10 < 5 THEN 'bpc_1Default' END
        FROM {self._rows(self._count(AUDIT_LINES), AUDIT_DAYS)}"""

    def _links(self) -> str:
        lines = self._count(AUDIT_LINES)
        return f"""INSERT INTO portal_links (id, at, customer, actor, verb, livemode, recovers, outcome)
        SELECT session, at, customer, actor, verb, livemode, FALSE, 'used' FROM audit
        WHERE session IS NOT NULL AND id > {lines - lines // LINKS_OF}"""

    def _mails(self) -> str:
        lines = self._count(AUDIT_LINES)
        return f"""INSERT INTO mails (id, request_key, created_at, actor, customer, livemode, template,
            locale, recipient, subject, state, attempt, due_at, give_up_at, begun_at, finished_at, told)
        SELECT 'mail' || id, request_key, at, actor, customer, livemode, 'portal_link', 'en',
            'customer' || id || '@example.com', 'Your billing page', 'sent', 1, at, at + 3600, at + 1, at + 2,
            'sent'
        FROM audit WHERE verb = 'email' AND id > {lines - lines // MAILS_OF}"""

    def _events(self) -> str:
        invoice = (
            """{"id":"in_1' || i || '","object":"invoice","customer":"' || customer || '","customer_email":"""
            """"customer' || i || '@example.com","amount_due":4200,"currency":"usd","description":"""
            f'"{"One line of an invoice. " * 30}"}}'
        )
        payload = self._json(
            f"""'{{"id":"evt_1' || ({FIRST_CUSTOMER} + i) || '","object":"event","created":' || at"""
            f""" || ',"data":{{"object":{invoice}}}}}'"""
        )
        return f"""INSERT INTO stripe_events (id, type, created, livemode, received_at, payload, handled_at)
        SELECT 'evt_1' || ({FIRST_CUSTOMER} + i), CASE i % 3 WHEN 0 THEN 'invoice.paid'
            WHEN 1 THEN 'customer.subscription.updated' ELSE 'invoice.payment_failed' END,
            at, i % 10 <> 9, at + 1, {payload}, at + 2
        FROM {self._rows(self._count(EVENTS), EVENT_DAYS)}"""

    def _alerts(self) -> str:
        count = self._count(ALERTS)
        over, taken = count - OPEN_ALERTS * 3 // 2, count - OPEN_ALERTS
        snoozed = f"i > {over} AND i <= {taken} AND i % 2 = 1"
        agent = f"'U0AGENT' || (i % {AGENTS})"
        return f"""INSERT INTO alerts (id, rule, template, severity, group_key, status, storm, livemode,
            facts, about, customer, object, amount, currency, count, first_at, last_at, raised_at, changed_at,
            episode, escalated_episode, acknowledged_by, acknowledged_at, snoozed_by, snoozed_until,
            resolved_by, resolved_at, channel, message_channel, message_ts, revision, posted_revision)
        SELECT i, 'payment_failed', 'payment_failed', CASE WHEN i % 20 = 0 THEN 'page' ELSE 'notify' END,
            'invoice:in_1' || i, CASE WHEN i <= {over} THEN 'resolved' WHEN i > {taken} THEN 'open'
                WHEN {snoozed} THEN 'snoozed' ELSE 'acknowledged' END,
            FALSE, i % 10 <> 9, {self._facts}, {self._facts}, customer, 'in_1' || i, 4200, 'usd', 1,
            at, at, at, at, 1, 1, CASE WHEN i <= {taken} THEN {agent} END,
            CASE WHEN i <= {taken} THEN at + 60 END, CASE WHEN {snoozed} THEN {agent} END,
            CASE WHEN {snoozed} THEN {self.now + DAY} END, CASE WHEN i <= {over} THEN {agent} END,
            CASE WHEN i <= {over} THEN at + 3600 END, 'C0ALERTS', 'C0ALERTS', at || '.000100', 3, 3
        FROM {self._rows(count, ALERT_DAYS)}"""

    def _alert_events(self) -> str:
        # Three for each alert.
        count = 3 * self._count(ALERTS)
        return f"""INSERT INTO alert_events (id, alert_id, rule, type, effect, severity, group_key, livemode,
            at, handled_at, customer, amount, currency, facts)
        SELECT 'evt_0' || ({FIRST_CUSTOMER} + i), (i + 2) / 3, 'payment_failed', 'invoice.payment_failed',
            CASE WHEN i % 3 = 1 THEN 'raised' ELSE 'counted' END, 'notify', 'invoice:in_1' || ((i + 2) / 3),
            i % 10 <> 9, at, at + 2, customer, 4200, 'usd', {self._facts}
        FROM {self._rows(count, ALERT_DAYS)}"""

    def _alert_notes(self) -> str:
        return f"""INSERT INTO alert_notes (id, alert_id, key, template, facts, created_at, posted_at)
        SELECT i, i, 'note:' || i, 'alert_mention', {self._facts}, at, at
        FROM {self._rows(self._count(ALERTS), ALERT_DAYS)}"""
