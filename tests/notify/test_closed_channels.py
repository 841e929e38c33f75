"""A channel that takes no messages from the bot: people hear of its alerts, and of it, another way."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.alerts.alert import Alert
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.stuck import StuckMessages
from bot.alerts.settings import Rotation
from bot.errors import NotAllowed
from bot.health.health_alerts import HealthAlerts
from bot.notify.alert_sender import PACE_MS, REFUSED_MS, AlertSender
from bot.notify.closed_channels import ClosedChannels
from bot.notify.limit_notice import LimitNotice
from bot.slack.post import OutgoingMessage, PostOutcome, PostResult
from bot.store.database import Database
from tests.alerts.alert_stand import AlertStand
from tests.alerts.oncall_parts import CHANNEL, NOW, SAM, Clock, notes, people_on_call, raised
from tests.alerts.test_late_notes import Post, sender
from tests.stand.stand import open_stand

RULE_CHANNEL = "C0RULE"


@dataclass
class Slack(Post):
    """A Slack in which some channels are closed to the bot, by Slack's error."""

    closed: dict[str, str] = field(default_factory=dict)

    async def send(self, outgoing: OutgoingMessage) -> PostResult:
        error = self.closed.get(outgoing.channel)
        if error is not None:
            return PostResult(PostOutcome.CLOSED, error=error)
        return await super().send(outgoing)

    def told(self, channel: str) -> list[str]:
        return [each.message.text for each in self.sent if each.channel == channel]


class Sending:
    """A sender with its Slack and its clock; U0SAM is on call."""

    def __init__(self, database: Database, closed: dict[str, str] | None = None, *on_call: str) -> None:
        self.slack, self.clock = Slack(closed=closed or {}), Clock(NOW)
        self._sender: AlertSender = sender(database, self.slack, self.clock, on_call or (SAM,))

    async def turns(self, number: int = 8, milliseconds: int = PACE_MS) -> None:
        for _ in range(number):
            await self._sender.send_due()
            self.clock.now += milliseconds / 1000


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel", "is_archived", "restricted_action"])
async def test_an_alert_that_cannot_be_posted_is_told_directly_at_once_and_the_channel_is_an_alert(
    database: Database, error: str
) -> None:
    sending = Sending(database, {CHANNEL: error})
    await raised(database, "evt_1")
    await sending.turns()
    first, own = sending.slack.told(SAM)
    assert first.startswith("🔴 Payout of unknown amount failed. I can't post it in <#C0ALERTS>")
    assert "I can't post alerts in C0ALERTS" in own
    assert [alert.rule for alert in await Alerts(database).unresolved()] == [
        "rule_evt_1",
        "alert_channel_closed",
    ]
    # What comes while the channel is closed waits for nothing, and nothing is told twice.
    await raised(database, "evt_2")
    await sending.turns(3)
    assert len(sending.slack.told(SAM)) == 3


async def test_when_the_channel_is_open_again_it_gets_what_waited_and_the_own_alert_is_over(
    database: Database,
) -> None:
    sending = Sending(database, {CHANNEL: "not_in_channel"})
    await raised(database, "evt_1")
    await sending.turns()
    sending.slack.closed.clear()
    await sending.turns(2, REFUSED_MS)
    assert len(sending.slack.told(CHANNEL)) == 1
    assert [alert.rule for alert in await Alerts(database).unresolved()] == ["rule_evt_1"]
    await raised(database, "evt_2")
    await sending.turns(4)
    told = [outgoing.ts for outgoing in sending.slack.sent if outgoing.channel == SAM]
    assert told == [None, None, "1.2"]  # of the first alert and of the channel, and that the latter is over


async def test_other_channels_go_on_and_a_rules_own_channel_falls_back(database: Database) -> None:
    sending, store = Sending(database, {RULE_CHANNEL: "is_archived"}), Alerts(database)
    first = await raised(database, "evt_1", channel=RULE_CHANNEL)
    await raised(database, "evt_2", channel=RULE_CHANNEL)
    await raised(database, "evt_3")
    await store.note("digest", "alert_outside", {"reached": True}, NOW, channel=RULE_CHANNEL)
    await store.note("reply", "alert_mention", {"mention": ["U0SAM"]}, NOW, alert_id=first.id)
    await sending.turns(10)
    told = sending.slack.told(CHANNEL)
    assert sum("Payout of" in each for each in told) == 4  # three alerts, and the reply
    assert sum("outside service" in each for each in told) == 1
    assert sum("which a rule names" in each for each in told) == 1
    assert sending.slack.told(SAM) == []


async def test_a_channel_that_closes_after_the_alert_keeps_back_no_reply(database: Database) -> None:
    sending, store = Sending(database), Alerts(database)
    here, there = await raised(database, "evt_1"), await raised(database, "evt_2", channel=RULE_CHANNEL)
    await sending.turns(2)
    sending.slack.closed |= {CHANNEL: "not_in_channel", RULE_CHANNEL: "not_in_channel"}
    for alert in (here, there):
        await store.note(f"reply {alert.id}", "alert_mention", {"mention": ["U0SAM"]}, NOW, alert_id=alert.id)
    await sending.turns(12)
    assert sum("Payout of" in each for each in sending.slack.told(SAM)) == 2


async def test_a_person_who_cannot_be_told_directly_holds_up_nothing_and_is_an_alert(
    database: Database,
) -> None:
    sending = Sending(database, {CHANNEL: "is_archived", "U0GONE": "user_not_found"}, "U0GONE", SAM)
    await raised(database, "evt_1")
    await sending.turns()
    assert sum("Payout of" in each for each in sending.slack.told(SAM)) == 1
    assert "person_not_reached" in [alert.rule for alert in await Alerts(database).unresolved()]


async def test_with_nobody_on_call_the_log_says_that_nobody_hears(
    database: Database, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    sending = Sending(database, {CHANNEL: "is_archived"}, "S0NOBODY")
    await raised(database, "evt_1")
    await sending.turns(4)
    assert await notes(database) == []
    printed = capfd.readouterr().out
    assert CHANNEL in printed + caplog.text
    assert max(each.count("alerts_reach_nobody") for each in (printed, caplog.text)) == 1  # not every turn


async def test_a_channel_that_opens_while_others_are_told_about_it_stops_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, alerts, clock = StuckMessages(database), Alerts(database), Clock(NOW)
    health = HealthAlerts(alerts, CHANNEL, clock.whole, livemode=False)
    on_call = people_on_call(database, Rotation(), (SAM,))
    closed = ClosedChannels(stuck, alerts, health, on_call, fallback=CHANNEL, clock=clock.whole)
    asked: list[str] = []

    async def untold(channel: str) -> list[Alert]:
        asked.append(channel)
        await closed.works(channel)
        return []

    monkeypatch.setattr(stuck, "untold", untold)
    await closed.refused(CHANNEL, "is_archived")
    await closed.tell()
    assert asked == [CHANNEL]


async def test_what_is_said_of_a_limit_waits_for_a_channel_that_is_closed(database: Database) -> None:
    sending = Sending(database, {CHANNEL: "is_archived"})
    notice = LimitNotice(Alerts(database), CHANNEL, sending.clock.whole)
    for _ in range(3):
        await notice.tell("U1", NotAllowed("too_many_links", limit=3))
    await sending.turns()
    sending.slack.closed.clear()
    await sending.turns(4, REFUSED_MS)
    (said,) = [each.message for each in sending.slack.sent if "limit" in each.message.text]
    assert "3 within an hour" in str(said.blocks)


def test_in_slack_the_direct_message_takes_the_alert_and_doctor_says_invite_me(tmp_path: Path) -> None:
    with open_stand(tmp_path, ALERT_CHANNEL="C0GENERAL") as stand:
        alerts = AlertStand.of(stand)
        sam = stand.person("U0SAM")
        alerts.happens("payout.failed")
        alerts.send()
        alerts.send()
        told = next(each for each in sam.messages() if "I can't post this in" in each.words)
        assert "<#C0GENERAL>" in told.words
        sam.clicks(told, "Acknowledge")
        assert "Please invite me" in stand.person().asks("doctor").words
        assert {each.status.value for each in alerts.alerts()} == {"acknowledged", "open"}
        assert stand.violations() == []
