"""Every way a post can end, and what follows: nothing is lost, nothing stands twice, nobody is hurried."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import update

from bot.alerts.alert import Alert, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.tables import alerts
from bot.notify.alert_sender import PACE_MS, REFUSED_MS, UNSURE_MS, AlertSender
from bot.slack.post import OutgoingMessage, PostOutcome, PostResult
from bot.store.database import Database
from tests.alerts.oncall_parts import CHANNEL, NOW, Clock, raised
from tests.alerts.test_late_notes import Post, sender

pytestmark = pytest.mark.slow(15)


@dataclass
class Slack(Post):
    """A Slack that ends posts, and looks for them, as told; `sent` holds what it took, `tried` everything.

    `ends` are the ends of changes, by the message that is changed.
    """

    outcomes: list[PostResult] = field(default_factory=list)
    ends: dict[str | None, PostResult] = field(default_factory=dict)
    found: list[PostResult] = field(default_factory=list)
    tried: list[OutgoingMessage] = field(default_factory=list)
    looked: list[tuple[str, str | None, int]] = field(default_factory=list)

    async def send(self, outgoing: OutgoingMessage) -> PostResult:
        self.tried.append(outgoing)
        if outgoing.ts in self.ends:
            return self.ends[outgoing.ts]
        return self.outcomes.pop(0) if self.outcomes else await super().send(outgoing)

    async def find(
        self, channel: str, metadata: Mapping[str, Any], since: int, thread: str | None = None
    ) -> PostResult:
        self.looked.append((channel, thread, since))
        return self.found.pop(0) if self.found else PostResult(PostOutcome.GONE)


class Sending:
    """A sender with its Slack and its clock."""

    def __init__(self, database: Database) -> None:
        self.slack, self.clock = Slack(), Clock(NOW)
        self._sender: AlertSender = sender(database, self.slack, self.clock, ("U0SAM",))

    async def after(self, milliseconds: int = 0) -> int:
        """Let time pass, then send what is due; how many posts have been tried by then."""
        self.clock.now += milliseconds / 1000
        await self._sender.send_due()
        return len(self.slack.tried)


@pytest.fixture
def sending(database: Database) -> Sending:
    return Sending(database)


async def test_the_next_message_of_a_channel_waits_a_second_after_the_one_before_began(
    database: Database, sending: Sending
) -> None:
    await raised(database, "evt_1")
    await raised(database, "evt_2")
    assert [await sending.after(ms) for ms in (0, 0, PACE_MS - 1, 1)] == [1, 1, 1, 2]
    assert len(sending.slack.sent) == 2


async def test_a_post_whose_answer_was_lost_is_looked_for_and_not_posted_twice(
    database: Database, sending: Sending
) -> None:
    alert = await raised(database)
    sending.slack.outcomes = [PostResult(PostOutcome.UNSURE)]
    sending.slack.found = [PostResult(PostOutcome.DONE, CHANNEL, "7.7")]
    assert [await sending.after(ms) for ms in (0, UNSURE_MS - 1, 1)] == [1, 1, 1]
    assert sending.slack.looked == [(CHANNEL, None, NOW - 5)]
    kept = await Alerts(database).get(alert.id)
    assert (kept.message_channel, kept.message_ts) == (CHANNEL, "7.7")
    # What was found may show an older state, so it is brought up to date where it stands.
    assert await sending.after(PACE_MS) == 2
    assert sending.slack.sent[0].ts == "7.7"


async def test_a_post_whose_answer_was_lost_and_that_is_not_there_is_posted_again(
    database: Database, sending: Sending
) -> None:
    await raised(database)
    sending.slack.outcomes = [PostResult(PostOutcome.UNSURE)]
    assert [await sending.after(ms) for ms in (0, UNSURE_MS)] == [1, 2]
    assert len(sending.slack.sent) == 1


@pytest.mark.parametrize(("found", "wait"), [
    (PostResult(PostOutcome.UNSURE), UNSURE_MS), (PostResult(PostOutcome.LIMITED, wait=7), 7000),
])  # fmt: skip
async def test_while_nobody_knows_whether_it_is_there_it_is_not_posted_again(
    database: Database, sending: Sending, found: PostResult, wait: int
) -> None:
    await raised(database)
    sending.slack.outcomes = [PostResult(PostOutcome.UNSURE)]
    sending.slack.found = [found]
    assert [await sending.after(ms) for ms in (0, UNSURE_MS, wait - 1)] == [1, 1, 1]
    assert len(sending.slack.looked) == 1
    assert await sending.after(1) == 2
    assert len(sending.slack.looked) == 2


async def test_where_the_channel_cannot_be_read_it_is_rather_posted_twice_than_not_at_all(
    database: Database, sending: Sending
) -> None:
    await raised(database)
    sending.slack.outcomes = [PostResult(PostOutcome.UNSURE)]
    sending.slack.found = [PostResult(PostOutcome.REFUSED, error="missing_scope")]
    assert [await sending.after(ms) for ms in (0, UNSURE_MS)] == [1, 2]


@pytest.mark.parametrize(("outcome", "wait"), [
    (PostResult(PostOutcome.LIMITED, wait=9), 9000),
    (PostResult(PostOutcome.REFUSED, error="invalid_auth"), REFUSED_MS),
])  # fmt: skip
async def test_what_slack_did_not_take_is_tried_again_at_its_time_and_not_looked_for(
    database: Database, sending: Sending, outcome: PostResult, wait: int
) -> None:
    await raised(database)
    sending.slack.outcomes = [outcome]
    assert [await sending.after(ms) for ms in (0, wait - 1, 1)] == [1, 1, 2]
    assert sending.slack.looked == []
    assert len(sending.slack.sent) == 1


async def test_an_alert_whose_blocks_slack_refuses_is_told_in_words_alone(
    database: Database, sending: Sending
) -> None:
    await raised(database)
    sending.slack.outcomes = [PostResult(PostOutcome.UNSHOWABLE, error="invalid_blocks")]
    assert await sending.after() == 2
    first, plain = sending.slack.tried
    assert first.message.blocks
    assert (plain.message.text, plain.message.blocks) == (first.message.text, [])
    assert await sending.after(REFUSED_MS) == 2


async def test_a_reply_stands_in_the_thread_and_a_direct_message_with_the_person(
    database: Database, sending: Sending
) -> None:
    alert, store = await raised(database), Alerts(database)
    await sending.after()
    await store.note("reply", "alert_mention", {"mention": ["U0SAM"]}, NOW, alert_id=alert.id)
    await store.note("direct", "alert_direct", {}, NOW, alert_id=alert.id, channel="U0SAM")
    for _ in range(3):
        await sending.after(PACE_MS)
    places = {(outgoing.channel, outgoing.thread) for outgoing in sending.slack.sent}
    assert places == {(CHANNEL, None), (CHANNEL, "1.1"), ("U0SAM", None)}


async def test_a_reply_in_doubt_is_looked_for_in_its_thread_and_one_whose_thread_is_gone_is_given_up(
    database: Database, sending: Sending
) -> None:
    alert, store = await raised(database), Alerts(database)
    await sending.after()
    await store.note("reply", "alert_mention", {"mention": ["U0SAM"]}, NOW, alert_id=alert.id)
    sending.slack.outcomes = [
        PostResult(PostOutcome.UNSURE),
        PostResult(PostOutcome.GONE, error="thread_not_found"),
    ]
    assert [await sending.after(ms) for ms in (PACE_MS, UNSURE_MS)] == [2, 3]
    assert [(channel, thread) for channel, thread, _ in sending.slack.looked] == [(CHANNEL, "1.1")]
    assert await sending.after(REFUSED_MS) == 3


async def test_a_direct_message_in_doubt_is_looked_for_with_the_person(
    database: Database, sending: Sending
) -> None:
    alert = await raised(database)
    await sending.after()
    await Alerts(database).note("direct", "alert_direct", {}, NOW, alert_id=alert.id, channel="U0SAM")
    sending.slack.outcomes = [PostResult(PostOutcome.UNSURE)]
    assert [await sending.after(ms) for ms in (0, UNSURE_MS)] == [2, 3]
    assert [(channel, thread) for channel, thread, _ in sending.slack.looked] == [("U0SAM", None)]


async def test_a_direct_message_is_the_alert_itself_and_follows_it_through_every_state(
    database: Database, sending: Sending
) -> None:
    alert, store = await raised(database), Alerts(database)
    await sending.after()
    await store.note("direct", "alert_direct", {}, NOW, alert_id=alert.id, channel="U0SAM")
    await sending.after(PACE_MS)
    changes: tuple[tuple[Callable[[], Awaitable[Alert]], str], ...] = (
        (lambda: store.acknowledge(alert.id, "U0SAM", NOW), "Acknowledged by <@U0SAM>"),
        (lambda: store.take_over(alert.id, "U0PRIYA", NOW), "Acknowledged by <@U0PRIYA>"),
        (lambda: store.assign(alert.id, "U0ALEX", NOW), "assigned to <@U0ALEX>"),
        (lambda: store.snooze(alert.id, "U0SAM", NOW + 900, NOW), "Snoozed by <@U0SAM>"),
        (lambda: store.resolve(alert.id, "U0SAM", NOW), "Resolved by <@U0SAM>"),
        (lambda: store.reopen(alert.id, NOW), "*Not taken yet*"),
    )
    for change, shows in changes:
        await change()
        for _ in range(3):
            await sending.after(PACE_MS)
        last = {outgoing.channel: outgoing for outgoing in sending.slack.sent if not outgoing.thread}
        assert {channel: shows in str(each.message.blocks) for channel, each in last.items()} == {
            CHANNEL: True, "U0SAM": True,
        }  # fmt: skip
    direct = [outgoing.ts for outgoing in sending.slack.sent if outgoing.channel == "U0SAM"]
    assert direct == [None, *["1.2"] * 6]
    assert await sending.after(REFUSED_MS) == len(sending.slack.sent)


async def test_a_direct_message_that_somebody_deleted_is_given_up(
    database: Database, sending: Sending
) -> None:
    alert, store = await raised(database), Alerts(database)
    await sending.after()
    await store.note("direct", "alert_direct", {}, NOW, alert_id=alert.id, channel="U0SAM")
    await sending.after(PACE_MS)
    await store.acknowledge(alert.id, "U0SAM", NOW)
    gone = PostResult(PostOutcome.GONE, error="message_not_found")
    sending.slack.ends = {"1.2": gone}
    assert [await sending.after(ms) for ms in (PACE_MS, REFUSED_MS)] == [4, 4]


async def test_a_message_that_somebody_deleted_is_posted_anew(database: Database, sending: Sending) -> None:
    alert = await raised(database)
    await sending.after()
    await Alerts(database).acknowledge(alert.id, "U0SAM", NOW)
    sending.slack.outcomes = [PostResult(PostOutcome.GONE, error="message_not_found")]
    assert [await sending.after(ms) for ms in (PACE_MS, 0)] == [2, 3]
    assert [outgoing.ts for outgoing in sending.slack.tried] == [None, "1.1", None]


@pytest.mark.parametrize(("template", "facts"), [
    ("alert_direct", {}), ("no_such_template", {}), ("alert_next", {"mention": 5}),
])  # fmt: skip
async def test_what_is_not_to_be_said_or_cannot_be_holds_up_nothing_behind_it(
    database: Database, sending: Sending, template: str, facts: dict[str, Any]
) -> None:
    alert, store = await raised(database), Alerts(database)
    await sending.after()
    await store.note("first", template, facts, NOW, alert_id=alert.id)
    await store.note("second", "alert_outside", {"reached": True}, NOW, alert_id=alert.id)
    if template == "alert_direct":
        await store.acknowledge(alert.id, "U0SAM", NOW)
    assert [await sending.after(ms) for ms in (PACE_MS, 1)] == [1, 2]
    assert "outside service" in sending.slack.sent[-1].message.text
    for _ in range(3):
        await sending.after(REFUSED_MS)
    assert sum("outside service" in outgoing.message.text for outgoing in sending.slack.tried) == 1


async def test_a_page_and_its_mention_pass_all_notices_that_wait(
    database: Database, sending: Sending
) -> None:
    for number in range(3):
        await raised(database, f"evt_notice{number}", severity=Severity.NOTIFY)
    page, store = await raised(database, "evt_page"), Alerts(database)
    await store.note("mention", "alert_mention", {"mention": ["U0SAM"]}, NOW, alert_id=page.id)
    for _ in range(6):
        await sending.after(PACE_MS)
    said = [(sent.metadata or {})["event_payload"].get("alert", "mention") for sent in sending.slack.sent]
    assert said == [page.id, "mention", *range(1, 4)]


def alerts_of(slack: Slack) -> list[int]:
    return [(sent.metadata or {})["event_payload"]["alert"] for sent in slack.sent]


async def test_what_was_done_about_pages_passes_the_notices_that_wait_and_lets_one_through_each_time(
    database: Database, sending: Sending
) -> None:
    page, over, store = await raised(database, "evt_page"), await raised(database, "evt_1"), Alerts(database)
    await sending.after()
    await sending.after(PACE_MS + 1)
    notices = [(await raised(database, f"evt_{n}", severity=Severity.NOTIFY)).id for n in (2, 3, 4)]
    await store.acknowledge(page.id, "U0SAM", NOW)
    # As its end leaves a dispute.
    await store.mark_escalated(over.id, 1, NOW)
    await store.resolve(over.id, "U0SAM", NOW + 1)
    calmer = update(alerts).where(alerts.c.id == over.id).values(severity="notify")
    await database.write(lambda connection: connection.execute(calmer))
    for turn in range(5):
        await sending.after(PACE_MS + 1)
        await store.assign(page.id, ("U0ALEX", "U0PRIYA")[turn % 2], NOW + 2 + turn)
    assert alerts_of(sending.slack)[2:] == [page.id, notices[0], over.id, notices[1], page.id]


async def test_what_only_counts_on_an_open_page_waits_behind_the_notices(
    database: Database, sending: Sending
) -> None:
    page = await raised(database, "evt_page")
    await sending.after()
    notice = await raised(database, "evt_notice", severity=Severity.NOTIFY)
    await Alerts(database).mark_escalated(page.id, 1, NOW)
    for _ in range(2):
        await sending.after(PACE_MS + 1)
    assert alerts_of(sending.slack) == [page.id, notice.id, page.id]
