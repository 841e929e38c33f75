"""Alerts about the bot itself: raised once, counted when it happens again, resolved when it is gone."""

from collections.abc import Collection

import pytest

from bot.alerts.alert import Status
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.check import Check, Checkup
from bot.health.anomalies import Anomalies
from bot.health.backlog import Backlog, read_backlog
from bot.health.health_alerts import SEVERITIES, HealthAlerts, HealthProblem
from bot.health.self_check import SelfCheck
from bot.replies.alert import alert_message
from bot.store.database import Database
from bot.store.events import StoredEvent, StripeEvents
from bot.words import Words
from tests.alerts.oncall_parts import CHANNEL, NOW, Clock, raised
from tests.stored_events import mark_handled

FACTS = {
    "id": "bpc_1", "names": "Customers", "scopes": "chat:write", "group": "S0X", "reason": "gone",
    "waiting": 3, "minutes": 12, "late": 2, "parked": 1, "failed": 2, "count": 5, "flow": "cancel",
    "channel": "C0X", "event": "tokens_revoked", "person": "U0X",
    "missed": "SUB_MULTI_ITEM", "allowed": False, "work": "mail",
}  # fmt: skip


def health_alerts(database: Database, clock: Clock) -> HealthAlerts:
    return HealthAlerts(Alerts(database), CHANNEL, clock.whole, livemode=False)


class Examined:
    """A self-check whose outcome the test decides."""

    def __init__(self, *checks: Check) -> None:
        self.checks = checks
        self.times = 0

    async def __call__(self, probes: Collection[str]) -> Checkup:
        assert probes in ({"stripe", "slack"}, {"alert_channel"})
        self.times += 1
        return Checkup(self.checks)


def self_check(
    database: Database, clock: Clock, examined: Examined | None = None, backlog: Backlog | None = None
) -> SelfCheck:
    async def read(since: int, now: int) -> Backlog:
        return backlog or await read_backlog(database, behind=600, since=since, now=now)

    return SelfCheck(
        alerts=health_alerts(database, clock), rows=OnCallRows(database), examine=examined or Examined(),
        backlog=read, behind_after=600, main=CHANNEL, clock=clock.whole,
    )  # fmt: skip


async def rules(database: Database) -> list[str]:
    return [alert.rule for alert in await Alerts(database).unresolved()]


@pytest.mark.parametrize(("check", "rule"), [
    (Check("configuration", "broken", "none"), "configuration_missing"),
    (Check("configuration", "broken", "inactive", {"id": "bpc_1"}), "configuration_inactive"),
    (Check("configuration", "warn", "login_page_off", {"id": "bpc_1"}), "login_page_off"),
    (Check("permissions", "broken", "missing", {"names": "Customers"}), "permissions_missing"),
    (Check("slack", "broken", "scopes_missing", {"scopes": "chat:write"}), "slack_scopes_missing"),
    (Check("slack_group", "broken", "refused", {"group": "S0X", "reason": "x"}), "user_group_unreadable"),
])  # fmt: skip
async def test_what_the_self_check_finds_is_an_alert_until_it_is_over(
    database: Database, check: Check, rule: str
) -> None:
    clock, examined = Clock(), Examined(check)
    ours = self_check(database, clock, examined)
    await ours.check()
    assert await rules(database) == [rule]
    await ours.check()
    assert examined.times == 1  # once an hour, whichever process looks
    clock.now += 3600
    await ours.check()
    (alert,) = await Alerts(database).unresolved()
    assert alert.count == 1
    examined.checks = (Check(check.name, "ok", "ready"),)
    clock.now += 3600
    await ours.check()
    assert await rules(database) == []
    assert (await Alerts(database).get(alert.id)).status is Status.RESOLVED


async def test_a_channel_that_is_closed_to_the_bot_is_an_alert_within_a_minute(database: Database) -> None:
    clock, closed = Clock(), {"channel": CHANNEL, "reason": "not_in_channel"}
    examined = Examined(Check("alert_channel", "broken", "not_in_channel", closed))
    ours = self_check(database, clock, examined)
    await ours.check_channels()
    await ours.check_channels()
    assert (await rules(database), examined.times) == (["alert_channel_closed"], 1)
    for check, left in (
        (Check("alert_channel", "broken", "slow", {"seconds": 5}), ["alert_channel_closed"]),
        (Check("alert_channel", "ok", "works", {"channel": CHANNEL, "reason": None}), []),
        (Check("alert_channel", "broken", "is_archived", {"channel": "C9", "reason": "is_archived"}),
         ["rule_channel_closed"]),
    ):  # fmt: skip
        clock.now += 60
        examined.checks = (check,)
        await ours.check_channels()
        assert await rules(database) == left


async def test_a_check_that_could_not_be_done_resolves_nothing(database: Database) -> None:
    clock, examined = Clock(), Examined(Check("configuration", "broken", "inactive", {"id": "bpc_1"}))
    ours = self_check(database, clock, examined)
    await ours.check()
    clock.now += 3600
    examined.checks = (Check("configuration", "broken", "refused", {"reason": "stripe_busy"}),)
    await ours.check()
    assert await rules(database) == ["configuration_inactive"]


async def test_events_that_wait_too_long_raise_an_alert_until_they_are_handled(database: Database) -> None:
    clock, events = Clock(), StripeEvents(database)
    await events.add(StoredEvent("evt_1", "payout.failed", NOW - 700, False, NOW - 700, {"id": "evt_1"}))
    await self_check(database, clock).check_backlog()
    assert await rules(database) == ["events_behind"]
    await mark_handled(database, "evt_1", NOW)
    clock.now += 60
    await self_check(database, clock).check_backlog()
    assert await rules(database) == []


async def test_events_that_come_late_raise_an_alert(database: Database) -> None:
    late = StoredEvent("evt_1", "payout.failed", NOW - 7000, False, NOW - 10, {"id": "evt_1"})
    await StripeEvents(database).add(late)
    await mark_handled(database, "evt_1", NOW)
    await self_check(database, Clock()).check_backlog()
    (alert,) = await Alerts(database).unresolved()
    assert alert.facts["late"] == 1


async def test_mails_that_are_stuck_raise_an_alert(database: Database) -> None:
    await self_check(database, Clock(), backlog=Backlog(0, 0, 0, 1, 2)).check_backlog()
    (alert,) = await Alerts(database).unresolved()
    assert (alert.rule, alert.facts) == ("mails_in_trouble", {"parked": 1, "failed": 2})


async def test_a_muted_problem_is_not_raised(database: Database) -> None:
    await Alerts(database).mute("mails_in_trouble", NOW + 999, "U1")
    await self_check(database, Clock(), backlog=Backlog(0, 0, 0, 1, 0)).check_backlog()
    assert await rules(database) == []


async def test_forged_webhooks_in_a_row_are_one_alert_an_hour(database: Database) -> None:
    clock = Clock()
    noticed = Anomalies(health_alerts(database, clock), forged_in_a_row=3)
    for outcome in ("bad_signature", "bad_signature", "stored", "bad_signature", "bad_signature"):
        await noticed.count_webhook(outcome)
    assert await rules(database) == []
    for _ in range(10):
        await noticed.count_webhook("bad_signature")
    (alert,) = await Alerts(database).unresolved()
    assert (alert.rule, alert.count) == ("webhooks_forged", 1)
    clock.now += 3600
    for _ in range(3):
        await noticed.count_webhook("bad_signature")
    assert (await Alerts(database).get(alert.id)).count == 2


async def test_a_disagreement_with_stripe_is_one_alert_per_verb(database: Database) -> None:
    noticed = Anomalies(health_alerts(database, Clock()))
    for verb in ("cancel", "cancel", "switch"):
        await noticed.report_disagreement(verb, None, stripe_allowed=True)
    assert await rules(database) == ["rules_disagree", "rules_disagree"]


async def test_every_problem_has_words(database: Database) -> None:
    words, ours = Words(), health_alerts(database, Clock())
    for name in SEVERITIES:
        await ours.report(HealthProblem(name, FACTS))
    found = await Alerts(database).unresolved()
    assert {alert.rule for alert in found} == set(SEVERITIES)
    for alert in found:
        assert len(alert_message(words, alert).text) > 10


async def test_its_own_alerts_are_found_behind_any_number_of_others(database: Database) -> None:
    store = Alerts(database)
    await raised(database)
    await health_alerts(database, Clock()).report(HealthProblem("events_behind", {}))
    assert [alert.rule for alert in await store.unresolved(1, "own:")] == ["events_behind"]
