"""What the process counts and times, for `GET /metrics`.

One object, passed to whoever counts. It has a registry of its own: prometheus-client's default one is global,
and two applications in one process (a test) would count into each other.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

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

    def text(self) -> bytes:
        """Everything in Prometheus' text format, to be sent as `content_type`."""
        return generate_latest(self.registry)
