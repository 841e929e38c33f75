"""Metrics belong to one application and are all visible from the start."""

from bot.metrics import Metrics


def test_two_applications_do_not_share_counts() -> None:
    first, second = Metrics(), Metrics()
    first.commands.labels(verb="home", outcome="ok").inc()
    assert b'portalbot_commands_total{outcome="ok",verb="home"} 1.0' in first.text()
    assert b'verb="home"' not in second.text()


def test_every_series_is_announced_before_its_first_count() -> None:
    text = Metrics().text().decode()
    for name in (
        "commands_total", "answer_seconds", "stripe_calls_total", "slack_errors_total",
        "audit_failures_total", "webhooks_total", "rules_disagreements_total",
    ):  # fmt: skip
        assert f"# HELP portalbot_{name} " in text


def test_the_content_type_is_prometheus_own() -> None:
    assert Metrics.content_type.startswith("text/plain")
