"""What the process counts and times, for `GET /metrics`.

One object, passed to whoever counts. It has a registry of its own: prometheus-client's default one is global,
and two applications in one process (a test) would count into each other.
"""

from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.store.standing import Standing

ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30)


class Metrics:
    """Every series of the bot. Labels hold names of ours or Stripe's, never ids or texts of people."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        """Register every series, so that each is visible from the start."""
        self.registry = registry = CollectorRegistry()
        self.commands = Counter(
            "portalbot_commands", "Commands by verb and outcome.", ["verb", "outcome"], registry=registry
        )
        self.answer_seconds = Histogram(
            "portalbot_answer_seconds",
            "Seconds from command to delivered answer.",
            ["verb"],
            buckets=ANSWER_SECONDS,
            registry=registry,
        )
        self.stripe_calls = Counter(
            "portalbot_stripe_calls",
            "Calls to Stripe by resource and outcome.",
            ["resource", "outcome"],
            registry=registry,
        )
        self.slack_errors = Counter(
            "portalbot_slack_errors",
            "Answers or calls Slack did not take, by way.",
            ["way"],
            registry=registry,
        )
        self.audit_failures = Counter(
            "portalbot_audit_failures", "Audit rows that could not be written.", registry=registry
        )
        self.webhooks = Counter(
            "portalbot_webhooks", "Stripe webhook deliveries by outcome.", ["outcome"], registry=registry
        )
        self.alert_events = Counter(
            "portalbot_alert_events",
            "What Stripe's events did, by rule and effect.",
            ["rule", "effect"],
            registry=registry,
        )
        self.alert_posts = Counter(
            "portalbot_alert_posts", "Alert messages to Slack by outcome.", ["outcome"], registry=registry
        )
        self.mails = Counter(
            "portalbot_mail_attempts",
            "Attempts to send a mail by outcome: sent, retried, failed, parked.",
            ["outcome"],
            registry=registry,
        )
        self.loop_failures = Counter(
            "portalbot_loop_failures",
            "Turns of repeated work that ended with an error nobody expected.",
            ["loop"],
            registry=registry,
        )
        self.rules_disagreements = Counter(
            "portalbot_rules_disagreements",
            "Times Stripe decided otherwise than the rules said, by flow.",
            ["flow"],
            registry=registry,
        )

        self.open_alerts = Gauge(
            "portalbot_open_alerts",
            "Alerts that are not over, by severity and status: open means that nobody has taken it.",
            ["severity", "status"],
            registry=registry,
        )
        self.waiting_mails = Gauge(
            "portalbot_waiting_mails",
            "Mails that are not out, by state: queued, failed, parked.",
            ["state"],
            registry=registry,
        )
        self.waiting_events = Gauge(
            "portalbot_waiting_events", "Stripe events stored and not handled yet.", registry=registry
        )
        self.stands(None)

    def stands(self, standing: Standing | None) -> None:
        """Set what is counted in the database, by all processes together; None when nobody knows."""
        self.open_alerts.clear()
        self.waiting_mails.clear()
        self.waiting_events.set(nan if standing is None else standing.events)
        if standing is not None:
            for (severity, status), count in standing.alerts.items():
                self.open_alerts.labels(severity=severity, status=status).set(count)
            for state, count in standing.mails.items():
                self.waiting_mails.labels(state=state).set(count)

    def text(self) -> bytes:
        """Everything in Prometheus' text format, to be sent as `content_type`."""
        return generate_latest(self.registry)
