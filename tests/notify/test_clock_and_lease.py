"""A clock that was ahead holds up nothing; a process that stood still posts nothing a second time."""

from dataclasses import dataclass, field

import pytest

from bot.alerts.escalation import Escalations
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.outbox import LEASE_MS, AlertOutbox
from bot.errors import NotAllowed
from bot.mail.rows import Mails
from bot.slack.post import OutgoingMessage, PostResult
from bot.store.database import Database
from bot.store.link_limits import LinkLimits
from tests.alerts.oncall_parts import CHANNEL, NOW, Clock, raised
from tests.alerts.test_late_notes import Post, sender
from tests.notify.test_alert_sender import Sending, Slack

HOUR = 3600
MS = 1000


@pytest.mark.parametrize("begun", ["pace", "lease"])
async def test_after_a_clock_that_was_an_hour_ahead_the_next_alert_leaves_at_once(
    database: Database, begun: str
) -> None:
    sending = Sending(database)
    sending.clock.now += HOUR
    await raised(database, "evt_1")
    if begun == "pace":
        assert await sending.after() == 1
    else:
        assert await AlertOutbox(database, "dead").take(CHANNEL, int(sending.clock.now * MS))
    sending.clock.now -= HOUR
    await raised(database, "evt_2")
    tried = 0
    for _ in range(30):
        tried = await sending.after(MS)
    assert tried >= 2


async def test_a_snooze_longer_than_there_can_be_is_over(database: Database) -> None:
    alert = await raised(database, "evt_1")
    store = Alerts(database)
    for until, woken in ((NOW + 25 * HOUR, 0), (NOW + 27 * HOUR, 1)):
        await store.snooze(alert.id, "U1", until, NOW)
        assert len(await store.wake_snoozed(NOW)) == woken


async def test_links_that_were_made_by_a_clock_that_was_ahead_count_no_more(database: Database) -> None:
    limits = LinkLimits(database, links_per_hour=1)
    await limits.reserve("U1", "cus_1", False, NOW + HOUR)
    await limits.reserve("U1", "cus_1", False, NOW)
    with pytest.raises(NotAllowed):
        await limits.reserve("U1", "cus_1", False, NOW)


async def test_an_escalation_that_was_begun_ahead_waits_no_longer_than_from_now() -> None:
    slept: list[float] = []

    class Steps:
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    escalations = object.__new__(Escalations)
    escalations.clock = lambda: float(NOW)
    await escalations._until(Steps(), NOW + HOUR, 300)  # type: ignore[arg-type]
    await escalations._until(Steps(), NOW - 100, 300)  # type: ignore[arg-type]
    assert slept == [300, 200]


async def test_a_mail_that_is_due_later_than_any_can_be_is_due(database: Database) -> None:
    from benchmarks.soak_mail import one_mail

    mails = Mails(database, minutes_between=0)
    await mails.add(one_mail(1, NOW + HOUR + 1))
    assert len(await mails.due(NOW, 10)) == 1


async def test_whoever_lost_the_lease_neither_renews_nor_records(database: Database) -> None:
    await raised(database, "evt_1")
    first, second = AlertOutbox(database, "first"), AlertOutbox(database, "second")
    item = await first.take(CHANNEL, NOW * MS)
    assert item
    assert await first.renew(CHANNEL, NOW * MS + LEASE_MS + 5)  # late, but nobody has taken it
    assert await second.take(CHANNEL, NOW * MS + LEASE_MS + 6) is None
    taken = await second.take(CHANNEL, NOW * MS + 3 * LEASE_MS)
    assert taken
    assert taken.in_doubt
    assert not await first.renew(CHANNEL, NOW * MS + 3 * LEASE_MS)
    assert not await first.sent(item, CHANNEL, 0, channel="C1", ts="1.1")
    assert await second.sent(taken, CHANNEL, 0, channel="C1", ts="2.2")


async def test_a_lease_of_a_process_whose_clock_is_a_little_ahead_is_one(database: Database) -> None:
    await raised(database, "evt_1")
    assert await AlertOutbox(database, "ahead").take(CHANNEL, NOW * MS + 2 * MS)
    assert (await AlertOutbox(database, "behind").channels(NOW * MS)).free == ()
    assert await AlertOutbox(database, "behind").take(CHANNEL, NOW * MS) is None


@dataclass
class Pausing(Post):
    """A Slack on whose answers the process stands still, until another one has taken the channel."""

    database: Database | None = None
    deleted: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, outgoing: OutgoingMessage) -> PostResult:
        posted = await super().send(outgoing)
        assert self.database
        assert await AlertOutbox(self.database, "another").take(CHANNEL, (NOW + 60) * MS)
        return posted

    async def delete(self, channel: str, ts: str) -> None:
        self.deleted.append((channel, ts))


async def test_a_message_that_was_posted_too_late_is_taken_back(database: Database) -> None:
    await raised(database, "evt_1")
    slack = Pausing(database=database)
    await sender(database, slack, Clock(NOW)).send_due()
    assert slack.deleted == [(CHANNEL, "1.1")]


async def test_a_process_that_stood_still_before_posting_posts_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await raised(database, "evt_1")
    take = AlertOutbox.take

    async def stood_still(self: AlertOutbox, channel: str, now_ms: int) -> object:
        item = await take(self, channel, now_ms)
        await take(AlertOutbox(database, "another"), channel, now_ms + 60 * MS)
        return item

    monkeypatch.setattr(AlertOutbox, "take", stood_still)
    slack = Slack()
    await sender(database, slack, Clock(NOW)).send_due()
    assert slack.tried == []
