"""Fixtures of alerts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.alert_stand import AlertStand
from tests.engine.conftest import database, postgres_server, postgres_url, settings, url
from tests.stand.stand import open_stand

__all__ = ["alerts", "database", "postgres_server", "postgres_url", "settings", "url"]


@pytest.fixture
def alerts(tmp_path: Path) -> Iterator[AlertStand]:
    """A fresh stand; nothing that the bot sent to Slack may have been refused."""
    with open_stand(tmp_path) as stand:
        yield AlertStand.of(stand)
        assert stand.violations() == []
