"""What an escalation wanted to say is not said any more once somebody has taken the alert."""

import time
from dataclasses import dataclass, field

import pytest

from bot.alerts.alert import Alert, Facts, Note
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.outbox import AlertOutbox
from bot.alerts.rows.stuck import StuckMessages
from bot.alerts.rows.to_send import NoteToSend
from bot.alerts.settings import Rotation
from bot.health.health_alerts import HealthAlerts
from bot.metrics import Metrics
from bot.notify.alert_sender import AlertSender, Showing
from bot.notify.closed_channels import ClosedChannels
from bot.replies.alert import Around, alert_message, note_message
from bot.slack.post import OutgoingMessage, PostOutcome, PostResult, SlackPost
from bot.store.database import Database
from bot.words import Message, Words
from sandbox.slack.model import BOT_USER
from tests.alerts.alert_stand import AlertStand
from tests.alerts.oncall_parts import CHANNEL, NOW, Clock, people_on_call, raised
from tests.store.conftest import everything

WORDS = Words()


@dataclass
class Post(SlackPost):
    """A Slack that takes messages, or refuses the first forms of them."""

    refuses: int = 0
    sent: list[OutgoingMessage] = field(default_factory=list)

    async def send(self, outgoing: OutgoingMessage) -> PostResult:
        if self.refuses:
            self.refuses -= 1
            return PostResult(PostOutcome.UNSHOWABLE, error="invalid_blocks")
        self.sent.append(outgoing)
        return PostResult(PostOutcome.DONE, outgoing.channel, outgoing.ts or f"1.{len(self.sent)}")


def sender(database: Database, post: Post, clock: Clock, also: tuple[str, ...] = ()) -> AlertSender:
    """A sender; `also` are on call."""

    async def show_alert(alert: Alert, copy: Note | None) -> Message:
        return alert_message(WORDS, alert, Around(copy=copy))

    def show_note(item: NoteToSend, plainly: bool) -> Message:
        return note_message(WORDS, item.note, item.alert, plainly=plainly)

    async def nothing(_alert: Alert) -> Facts:
        return {}

    alerts = Alerts(database)
    health = HealthAlerts(alerts, CHANNEL, clock.whole, livemode=False)
    on_call = people_on_call(database, Rotation(), also)
    closed = ClosedChannels(
        StuckMessages(database), alerts, health, on_call, fallback=CHANNEL, clock=clock.whole
    )
    return AlertSender(
        AlertOutbox(database, "test"), post, Metrics(), closed, showing=Showing(show_alert, show_note),
        enrich=nothing, now_ms=lambda: int(clock.now * 1000),
    )  # fmt: skip


async def send_all(database: Database, post: Post) -> None:
    clock = Clock(NOW)
    ours = sender(database, post, clock)
    for _ in range(6):
        await ours.send_due()
        clock.now += 2


async def test_a_direct_message_that_was_late_is_dropped_when_the_alert_was_taken(database: Database) -> None:
    alert, store = await raised(database), Alerts(database)
    await store.note("direct:1", "alert_direct", {}, NOW, alert_id=alert.id, channel="U0SAM")
    await store.acknowledge(alert.id, "U0ALEX", NOW)
    post = Post()
    await send_all(database, post)
    assert {outgoing.channel for outgoing in post.sent} == {CHANNEL}


async def test_a_direct_message_about_an_open_alert_is_sent(database: Database) -> None:
    alert = await raised(database)
    await Alerts(database).note("direct:1", "alert_direct", {}, NOW, alert_id=alert.id, channel="U0SAM")
    post = Post()
    await send_all(database, post)
    assert {outgoing.channel for outgoing in post.sent} == {CHANNEL, "U0SAM"}


async def test_where_slack_refuses_the_chart_the_digest_comes_with_a_table(database: Database) -> None:
    facts = {"until": NOW, "since": NOW, "cancelled": 2, "stayed": 0, "lost": [], "kept": [],
             "feedback": [["unused", 1], ["other", 1]]}  # fmt: skip
    await Alerts(database).note("digest:1", "digest", facts, NOW, channel=CHANNEL)
    post = Post(refuses=1)
    await send_all(database, post)
    (outgoing,) = post.sent
    kinds = {block["type"] for block in outgoing.message.blocks}
    assert "data_visualization" not in kinds
    assert "rich_text" in kinds
    assert "digest:1" in await everything(database, "alert_notes")


@pytest.mark.parametrize("how", ["acknowledge", "snooze", "resolve"])
@pytest.mark.parametrize("template", ["alert_mention", "alert_direct", "alert_next"])
def test_the_bot_calls_nobody_to_an_alert_that_was_taken_meanwhile(
    alerts: AlertStand, template: str, how: str
) -> None:
    alerts.happens("payout.failed")
    alerts.sent_until("Payout of")
    (alert,) = alerts.alerts()
    facts = {"mention": ["U0PRIYA"], "silent": ["U0ALEX"]}
    channel = "U0PRIYA" if template == "alert_direct" else None
    store, run = alerts.store, alerts.stand.loop.run
    now = int(time.time())
    assert run(store.note("late", template, facts, now, alert_id=alert.id, channel=channel))
    taken = {
        "acknowledge": lambda: store.acknowledge(alert.id, "U0SAM", now),
        "snooze": lambda: store.snooze(alert.id, "U0SAM", now + 900, now),
        "resolve": lambda: store.resolve(alert.id, "U0SAM", now),
    }
    run(taken[how]())
    assert run(store.note("marker", "alert_outside", {"reached": True}, now, alert_id=alert.id))
    alerts.sent_until("told the outside service")
    said = [each for each in alerts.stand.messages() if each["user"] == BOT_USER]
    assert len(said) == 2
    assert "U0PRIYA" not in str(said)
