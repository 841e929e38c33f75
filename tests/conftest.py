"""What every test can rely on: an environment of its own, whatever the machine's looks like."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Enough to meet what strangers do in every run; HYPOTHESIS_PROFILE=thorough looks ten times as hard.
settings.register_profile("quick", max_examples=40, deadline=None)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

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


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine and no `.env` of the checkout reaches a test."""
    for name in [*os.environ]:
        if name.startswith(OURS) or name in {"PORT", "HOST", "DYNO", "LOG_LEVEL", "LOG_FORMAT"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
