"""A click that changes what is kept: one transaction, then Slack's 200, and only then what is shown."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.alerts.alert import Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.process.worker import _every
from bot.slack.people import SlackPeople
from bot.store.database import Database
from bot.use_cases.oncall import OnCallCommands
from tests.stand import clicks
from tests.stand.person import ALERTS
from tests.stand.stand import Stand, open_stand

NOW = 1_795_000_000


@pytest.fixture
def alert(stand: Stand) -> int:
    """The number of an alert that is open and about a customer."""
    alerts = Alerts(stand.web.services.database)
    occurrence = Occurrence(
        key="evt_1", type="payout.failed", at=NOW, rule="payout_failed", severity=Severity.NOTIFY,
        group_key="evt_1", template="payout_failed", livemode=False, channel=ALERTS, customer="cus_1",
    )  # fmt: skip
    if made := stand.loop.run(alerts.raise_or_count(occurrence, NOW)):
        assert made.alert
        return made.alert.id
    (first, *_) = stand.loop.run(alerts.of_customer("cus_1"))
    return stand.loop.run(alerts.reopen(first.id, NOW)).id


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with open_stand(tmp_path_factory.mktemp("stand"), "[mail]\nper_day = 100\n") as stand:
        yield stand


@pytest.mark.parametrize(
    ("pressed", "reason"),
    [
        ("ack", "ack #{}"),
        ("snooze:1h", "snooze #{} 1h"),
        ("resolve", "resolve #{}"),
        ("mute_hour", "mute_hour #{}"),
        ("oncall take:2h", "take until "),
        ("oncall back", "hand back"),
        ("alerts test", "test page"),
        ("alerts ack:{}", "ack {}"),
    ],
)
def test_it_is_one_transaction_that_writes_and_asks_slack_nothing_it_does_not_need(
    stand: Stand, alert: int, monkeypatch: pytest.MonkeyPatch, pressed: str, reason: str
) -> None:
    writes, write = [0], Database.write

    async def counted(self: Database, *work: Any, **how: Any) -> object:
        writes[0] += 1
        return await write(self, *work, **how)

    async def asked(_self: SlackPeople, _user: str) -> None:
        pytest.fail("Slack was asked for a time zone")

    monkeypatch.setattr(Database, "write", counted)
    monkeypatch.setattr(SlackPeople, "time_zone", asked)
    line = pressed.format(alert)
    click = clicks.run(line) if " " in line else clicks.on_alert(alert, line)
    assert stand.send_interaction(click).status_code == 200
    assert writes == [1]
    newest = stand.audit()[0]
    assert newest.outcome == "answered"
    assert str(newest.reason).startswith(reason.format(alert))
    assert newest.customer == (None if " " in line else "cus_1")


def test_a_click_that_is_refused_has_its_line_and_changes_nothing(stand: Stand) -> None:
    before = len(stand.audit())
    assert stand.send_interaction(clicks.run("oncall back")).status_code == 200
    line, *rest = stand.audit()
    assert (line.outcome, line.code, len(rest)) == ("refused", "nothing_to_hand_back", before)


def test_the_200_does_not_wait_for_what_is_shown(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    answered, view = asyncio.Event(), OnCallCommands._view

    async def late(self: OnCallCommands, *asked: Any, **facts: Any) -> object:
        await answered.wait()
        return await view(self, *asked, **facts)

    monkeypatch.setattr(OnCallCommands, "_view", late)
    assert stand.send_interaction(clicks.run("oncall take:2h")).status_code == 200
    stand.on_loop(answered.set)
    stand.loop.run(stand.web.background.finish(5))


def test_a_file_is_brought_up_to_date_in_the_background(stand: Stand) -> None:
    queue: Any = None
    database = stand.web.services.database
    assert database.checkpoint in [each.work for each in _every(stand.web.services, queue)]
    file = Path(str(make_url(database.url).database))
    stand.send_interaction(clicks.run("oncall take:2h"))
    before = file.stat().st_mtime_ns
    stand.loop.run(database.checkpoint())
    assert file.stat().st_mtime_ns > before
