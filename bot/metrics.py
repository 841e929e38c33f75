"""The metrics of a process, for `GET /metrics`.

`Metrics` has its own registry and is passed to whoever counts. With prometheus-client's global registry, two
applications in one process (as in tests) would count into each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30)


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Counts of database rows: `alerts` by (severity, status), `mails` by the state that people are shown."""

    alerts: Mapping[tuple[str, str], int]
    mails: Mapping[str, int]
    events: int


class Metrics:
    """All metrics of the bot. Labels hold names of the bot or of Stripe, never ids or what people typed."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        """Register every metric, so that each is exported from the start."""
        self.registry = CollectorRegistry()
        self.commands = self._counter("commands", "Commands by verb and outcome.", "verb", "outcome")
        self.answer_seconds = Histogram(
            "portalbot_answer_seconds",
            "Seconds from command to delivered answer.",
            ["verb"],
            buckets=ANSWER_SECONDS,
            registry=self.registry,
        )
        self.stripe_calls = self._counter(
            "stripe_calls", "Calls to Stripe by resource and outcome.", "resource", "outcome"
        )
        self.slack_errors = self._counter(
            "slack_errors", "Answers or calls Slack did not take, by way.", "way"
        )
        self.audit_failures = self._counter("audit_failures", "Audit rows that could not be written.")
        self.webhooks = self._counter("webhooks", "Stripe webhook deliveries by outcome.", "outcome")
        self.alert_events = self._counter(
            "alert_events", "What Stripe's events did, by rule and effect.", "rule", "effect"
        )
        self.alert_posts = self._counter("alert_posts", "Alert messages to Slack by outcome.", "outcome")
        self.mails = self._counter(
            "mail_attempts", "Attempts to send a mail by outcome: sent, retried, failed, parked.", "outcome"
        )
        self.loop_failures = self._counter(
            "loop_failures", "Turns of repeated work that ended with an error nobody expected.", "loop"
        )
        self.rules_disagreements = self._counter(
            "rules_disagreements", "Times Stripe decided otherwise than the rules said, by flow.", "flow"
        )
        self.sessions_withheld = self._counter(
            "sessions_withheld", "Portal sessions that were made beside a reading and shown to nobody."
        )
        self.open_alerts = self._gauge(
            "open_alerts",
            "Alerts that are not over, by severity and status: open means that nobody has taken it.",
            "severity",
            "status",
        )
        self.waiting_mails = self._gauge(
            "waiting_mails", "Mails that are not out, by state: queued, failed, parked.", "state"
        )
        self.waiting_events = self._gauge("waiting_events", "Stripe events stored and not handled yet.")
        self.stripe_rate = self._gauge(
            "stripe_rate",
            "Calls a second to Stripe that this process may begin; infinite without a limit.",
        )
        self.slack_socket = self._gauge(
            "slack_socket_open",
            "1 while the connection of Socket Mode is open; not a number without Socket Mode.",
        )
        self.slack_socket.set(nan)
        self.stands(None)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"portalbot_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"portalbot_{name}", meaning, labels, registry=self.registry)

    def count_slack_error(self, way: str) -> None:
        """Count an answer or a call that Slack did not take."""
        self.slack_errors.labels(way=way).inc()

    def stands(self, standing: StoredCounts | None) -> None:
        """Set the gauges to what is in the database.

        With None, when it does not answer, they have no value.
        """
        self.open_alerts.clear()
        self.waiting_mails.clear()
        self.waiting_events.set(nan if standing is None else standing.events)
        if standing is not None:
            for (severity, status), count in standing.alerts.items():
                self.open_alerts.labels(severity=severity, status=status).set(count)
            for state, count in standing.mails.items():
                self.waiting_mails.labels(state=state).set(count)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format, to be sent as `content_type`."""
        return generate_latest(self.registry)
