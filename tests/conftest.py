"""What every test can rely on: an environment of its own, whatever the machine's looks like."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Every run looks at the same examples, so that a change is judged by itself and not by luck;
# HYPOTHESIS_PROFILE=thorough looks at ten times as many, and at others each time.
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# They wait for processes, timers and browsers, and would be the long tail of the run: they begin first.
LONGEST = (
    "tests/alerts/test_soak_short.py",
    "tests/end_to_end/test_forgetting.py",
    "tests/end_to_end/test_faults.py",
    "tests/end_to_end/test_stopping.py",
    "tests/mail/test_killed.py",
    "tests/sandbox/page/test_in_browser.py",
    "tests/mail/test_live_mode.py",
    "tests/engine/test_engine.py",
    "tests/alerts/test_alerts_in_slack.py",
    "tests/alerts/test_fuzzed_webhooks.py",
    "tests/browser/test_every_verb.py",
    "tests/browser/test_main_job.py",
    "tests/handlers/test_signed_junk.py",
    "tests/end_to_end/test_escalation.py",
    "tests/cli/test_link.py",
    "tests/mail/test_email_command.py",
    "tests/health/test_doctor.py",
    "tests/browser/test_alerts.py",
    "tests/end_to_end/test_everybody.py",
    "tests/alerts/test_failing_slack.py",
    "tests/alerts/test_escalation.py",
    "tests/cli/test_records.py",
    "tests/mail/test_busy.py",
    "tests/sandbox/stripe/test_portal_sessions.py",
    # It counts seconds, so it waits until those that kill and flood one process after the other are over.
    "tests/end_to_end/test_killed_while_escalating.py",
)

OURS = ("SLACK_", "STRIPE_", "MERCHANT_", "SUPPORT_", "DATABASE_", "SMTP_", "MAIL_", "ALERT_", "PORTALBOT_")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there before the first test stays; the garbage collector need not look through it in each."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a module nothing is moved: xdist gives each worker whole modules, in this order."""
    rank = {module: number for number, module in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores, since about half of the time a test waits for something."""
    return (os.cpu_count() or 1) + 3


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine and no `.env` of the checkout reaches a test."""
    for name in [*os.environ]:
        if name.startswith(OURS) or name in {"PORT", "HOST", "DYNO", "LOG_LEVEL", "LOG_FORMAT"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
