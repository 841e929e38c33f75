"""Fixtures of alerts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.alert_stand import AlertStand
from tests.stand.stand import open_stand


@pytest.fixture
def alerts(tmp_path: Path) -> Iterator[AlertStand]:
    """A fresh stand; nothing that the bot sent to Slack may have been refused."""
    with open_stand(tmp_path) as stand:
        yield AlertStand.of(stand)
        assert stand.violations() == []
